// SPDX-License-Identifier: GPL-3.0-or-later
// The session: model, recipe and plan stay in step; stale answers never show; the output follows until it is chosen.
#include <QtTest>

#include <QAbstractItemModelTester>
#include <QTemporaryDir>
#include <atomic>
#include <thread>

#include "app/plan_model.h"
#include "app/session.h"
#include "tests/support/tiny_outline.h"

using namespace awq;
using app::Session;

namespace {

app::ModelInfo openFake(const std::filesystem::path& path) {
    if (path.filename() == "broken")
        core::badInput("no config.json", path.string(), "choose a model folder");
    if (path.filename() == "slow")
        std::this_thread::sleep_for(std::chrono::milliseconds(60));
    app::ModelInfo info;
    info.outline = test::tinyOutline(path.filename() == "slow" ? 9 : 2);
    info.outline.path = path;
    return info;
}

Session::Services services() {
    return {openFake, [](const core::Recipe&, const std::filesystem::path&) { return core::PlanEnvironment(); }};
}

} // namespace

class SessionTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;

private slots:
    void aModelLeadsToAPlan() {
        Session session(services());
        QCOMPARE(session.planState(), Session::State::none);
        session.openModel(m_dir.filePath("tiny"));
        QCOMPARE(session.modelState(), Session::State::working);
        QTRY_COMPARE(session.planState(), Session::State::ready);
        QCOMPARE(session.model().outline.blocks, 2);
        QCOMPARE(session.plan().linears.size(), std::size_t(14));
        QVERIFY(session.plan().bytesAfter < session.plan().bytesBefore);
        QCOMPARE(session.output(), m_dir.filePath("tiny-awq-w4g128"));
    }

    void theMappingIsCheckedOncePerModel() {
        std::atomic<int> calls = 0;
        Session::Services fakes = services();
        fakes.mapping = [&](const std::filesystem::path& path, std::stop_token) {
            ++calls;
            if (path.filename() == "odd")
                core::badInput("a tensor cannot be read", path.string(), "");
            return core::MappingVerdict{"verified", path.filename().string()};
        };
        Session session(fakes);
        session.openModel(m_dir.filePath("tiny"));
        QTRY_COMPARE(session.mapping().note, std::string("tiny"));
        QCOMPARE(session.mapping().state, std::string("verified"));
        core::Recipe recipe;
        recipe.groupSize = 32;
        session.setRecipe(recipe);
        QTRY_COMPARE(session.planState(), Session::State::ready);
        QCOMPARE(calls, 1);
        session.openModel(m_dir.filePath("odd"));
        QVERIFY(session.mapping().note.empty());
        QTRY_COMPARE(session.mapping().note, std::string("a tensor cannot be read"));
        QCOMPARE(session.mapping().state, std::string("not checked"));
    }

    void thePlanFollowsTheRecipe() {
        Session session(services());
        session.openModel(m_dir.filePath("tiny"));
        QTRY_COMPARE(session.planState(), Session::State::ready);
        const auto before = session.plan().bytesAfter;
        core::Recipe recipe;
        recipe.groupSize = 32;
        session.setRecipe(recipe);
        QCOMPARE(session.planState(), Session::State::working);
        QCOMPARE(session.plan().bytesAfter, before); // the old plan stays visible
        QTRY_COMPARE(session.planState(), Session::State::ready);
        QVERIFY(session.plan().bytesAfter > before);
        QCOMPARE(session.output(), m_dir.filePath("tiny-awq-w4g32"));
    }

    void aRecipeThatCannotBeIsAnErrorAndGoesAway() {
        Session session(services());
        session.openModel(m_dir.filePath("tiny"));
        QTRY_COMPARE(session.planState(), Session::State::ready);
        core::Recipe recipe;
        recipe.exclude = {"("};
        session.setRecipe(recipe);
        QTRY_COMPARE(session.planState(), Session::State::failed);
        QVERIFY(session.planError());
        session.setRecipe({});
        QTRY_COMPARE(session.planState(), Session::State::ready);
        QVERIFY(!session.planError());
    }

    void aModelLoadedLateNeverReplacesANewerOne() {
        Session session(services());
        session.openModel(m_dir.filePath("slow"));
        QTest::qWait(10);
        session.openModel(m_dir.filePath("tiny"));
        QTRY_COMPARE(session.modelState(), Session::State::ready);
        QTest::qWait(100);
        QCOMPARE(session.model().outline.blocks, 2);
    }

    void whatCannotBeOpenedSaysWhyAndForgetsThePlan() {
        Session session(services());
        session.openModel(m_dir.filePath("tiny"));
        QTRY_COMPARE(session.planState(), Session::State::ready);
        session.openModel(m_dir.filePath("broken"));
        QTRY_COMPARE(session.modelState(), Session::State::failed);
        QCOMPARE(session.modelError()->hint(), std::string("choose a model folder"));
        QCOMPARE(session.planState(), Session::State::none);
        QVERIFY(session.plan().linears.empty());
    }

    void aChosenOutputStays() {
        Session session(services());
        session.openModel(m_dir.filePath("tiny"));
        QTRY_COMPARE(session.planState(), Session::State::ready);
        session.setOutput("/big disk/out/");
        core::Recipe recipe;
        recipe.bits = 3;
        session.setRecipe(recipe);
        QCOMPARE(session.output(), QString("/big disk/out"));
        QCOMPARE(session.request().output, std::filesystem::path("/big disk/out"));
        QCOMPARE(session.request().recipe.bits, 3);
        session.setOutput({});
        QCOMPARE(session.output(), m_dir.filePath("tiny-awq-w3g128"));
    }

    void theTableKeepsItsRowsWhileFatesChange() {
        app::PlanLinearsModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        core::Recipe recipe;
        model.setPlan(core::makePlan(test::tinyOutline(2), recipe, {}));
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        recipe.exclude = {"down_proj"};
        model.setPlan(core::makePlan(test::tinyOutline(2), recipe, {}));
        QCOMPARE(resets.count(), 0);
        QCOMPARE(model.index(6, app::PlanLinearsModel::fate).data().toString(), QString("excluded"));
        QVERIFY(!model.index(6, app::PlanLinearsModel::reason).data().toString().isEmpty());
        model.setPlan(core::makePlan(test::tinyOutline(3), recipe, {}));
        QCOMPARE(model.rowCount(), 21);
    }
};

QTEST_GUILESS_MAIN(SessionTest)
#include "session_test.moc"
