// SPDX-License-Identifier: GPL-3.0-or-later
// The choice among candidates on losses made up here: exact answers, early ends, discarded candidates.
#include <QtTest>

#include <cmath>
#include <limits>
#include <random>

#include "core/quant/search/candidate_choice.h"

using namespace awq::core;

namespace {

constexpr double notFinite = std::numeric_limits<double>::quiet_NaN();

// losses[candidate][sequence], four sequences a batch.
class TableLosses : public CandidateLosses {
public:
    explicit TableLosses(std::vector<std::vector<double>> losses) : m_losses(std::move(losses)) {}

    int candidates() const override { return int(m_losses.size()); }
    int batches() const override { return (sequences() + 3) / 4; }
    int sequences() const override { return int(m_losses.front().size()); }
    int sequencesPerBatch() const override { return 4; }
    double elements() const override { return 10.0 * sequences(); }
    std::vector<std::vector<double>> measure(const std::vector<Trial>& trials) override {
        std::vector<std::vector<double>> found;
        for (const Trial& trial : trials) {
            const std::vector<double>& all = m_losses[std::size_t(trial.candidate)];
            std::vector<double>& own = found.emplace_back();
            double sum = trial.already;
            for (int batch = trial.firstBatch; batch < trial.endBatch && !(sum > trial.limit); ++batch)
                for (int i = 4 * batch; i < std::min(4 * batch + 4, sequences()); ++i) {
                    own.push_back(all[std::size_t(i)]);
                    sum += own.back();
                    ++measured;
                }
        }
        return found;
    }

    double total(int candidate) const {
        double sum = 0;
        for (const double loss : m_losses[std::size_t(candidate)])
            sum += loss;
        return sum;
    }

    int measured = 0;

private:
    std::vector<std::vector<double>> m_losses;
};

// 20 curves with their minimum at candidate `best`; sequences differ, the curve is common to all but for `noise`.
std::vector<std::vector<double>> curves(int best, int sequences, double noise, unsigned seed) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> uniform(0, 1);
    std::vector<double> sizes;
    for (int i = 0; i < sequences; ++i)
        sizes.push_back(0.5 + uniform(random));
    std::vector<std::vector<double>> losses(20);
    for (int candidate = 0; candidate < 20; ++candidate)
        for (const double size : sizes)
            losses[std::size_t(candidate)].push_back(
                size * (1 + 0.02 * (candidate - best) * (candidate - best) + noise * uniform(random)));
    return losses;
}

} // namespace

class CandidateChoiceTest : public QObject {
    Q_OBJECT

private slots:
    void exactFindsTheSmallestTotal_data() {
        QTest::addColumn<int>("sequences");
        for (int sequences : {1, 3, 8, 33, 64})
            QTest::addRow("%d", sequences) << sequences;
    }
    void exactFindsTheSmallestTotal() {
        QFETCH(int, sequences);
        for (unsigned seed = 0; seed < 50; ++seed) {
            TableLosses losses(curves(int(seed) % 20, sequences, 0.5, seed));
            int best = 0;
            for (int i = 1; i < 20; ++i)
                if (losses.total(i) < losses.total(best))
                    best = i;
            const CandidateChoice choice = exactChoice(losses);
            QCOMPARE(choice.best, best);
            const double mean = losses.total(best) / losses.elements();
            QVERIFY(std::abs(choice.losses[std::size_t(best)] / mean - 1) < 1e-12);
            for (int i = 0; i < 20; ++i)
                QVERIFY(choice.losses[std::size_t(i)] >= choice.losses[std::size_t(best)]);
        }
    }

    void clearLosersAreLeftEarly() {
        TableLosses losses(curves(7, 64, 0, 1));
        const CandidateChoice choice = exactChoice(losses);
        QCOMPARE(choice.measured[7], 1.0);
        QVERIFY(choice.measured[19] < 0.5);
        QVERIFY(std::abs(choice.work() - losses.measured / (20.0 * 64)) < 1e-12);
        // Rated by what it has in common with the best one: here that is exact.
        QVERIFY(std::abs(choice.losses[19] - losses.total(19) / losses.elements()) < 1e-9);
    }

    void theFirstOfEqualsWins() {
        std::vector<std::vector<double>> same(20, std::vector<double>(16, 1.0));
        TableLosses exact(same), racing(same);
        QCOMPARE(exactChoice(exact).best, 0);
        QCOMPARE(racingChoice(racing).best, 0);
    }

    void racingLeavesTheRestToNobody() {
        TableLosses losses(curves(5, 128, 0.01, 3));
        const CandidateChoice choice = racingChoice(losses);
        QCOMPARE(choice.best, 5);
        QVERIFY(choice.work() < 0.1);
    }

    void racingMeasuresNearTiesToTheEnd() {
        std::vector<std::vector<double>> losses = curves(5, 64, 0, 3);
        std::mt19937 random(1);
        std::normal_distribution<double> noise(0, 0.05);
        for (std::size_t i = 0; i < 64; ++i)
            losses[6][i] = losses[5][i] + noise(random);
        TableLosses table(losses);
        const CandidateChoice choice = racingChoice(table);
        QCOMPARE(choice.measured[5], 1.0);
        QCOMPARE(choice.measured[6], 1.0);
        QCOMPARE(choice.best, table.total(6) < table.total(5) ? 6 : 5);
    }

    void brokenCandidatesAreDiscarded() {
        for (int position : {0, 40, 63}) {
            std::vector<std::vector<double>> losses = curves(5, 64, 0.1, 4);
            losses[5][std::size_t(position)] = notFinite;
            TableLosses exact(losses), racing(losses);
            const CandidateChoice choice = exactChoice(exact);
            QVERIFY(choice.best >= 0 && choice.best != 5);
            QVERIFY(std::isnan(choice.losses[5]));
            if (position == 0)
                QVERIFY(racingChoice(racing).best != 5);
        }
        std::vector<std::vector<double>> none(20, std::vector<double>(16, notFinite));
        TableLosses exact(none), racing(none);
        QCOMPARE(exactChoice(exact).best, -1);
        QCOMPARE(racingChoice(racing).best, -1);
    }
};

QTEST_GUILESS_MAIN(CandidateChoiceTest)
#include "candidate_choice_test.moc"
