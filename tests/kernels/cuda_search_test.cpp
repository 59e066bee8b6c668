// SPDX-License-Identifier: GPL-3.0-or-later
// The search kernels on a GPU against their CPU references.
#include <QtTest>

#include <limits>

#include "kernels/clip_search.h"
#include "kernels/group_gram.h"
#include "kernels/quantize_dequantize.h"
#include "kernels/row_reductions.h"
#include "tests/kernels/device_buffer.h"

using namespace awq::kernels;
using namespace awq::test;

namespace {

constexpr DType allTypes[] = {DType::float32, DType::float16, DType::bfloat16};

const char* nameOf(DType type) {
    return type == DType::float32 ? "float32" : type == DType::float16 ? "float16" : "bfloat16";
}

// Ordinary values and, in the first rows, what rounding finds hard: zeros, constants, subnormals, one-sided groups,
// the largest finite value, infinity and NaN.
Tensor difficultWeights(DType type, std::int64_t rows, std::int64_t columns, unsigned seed) {
    Tensor weights = randomTensor(type, rows * columns, seed, 0.02f, 97);
    const float largest = type == DType::float16 ? 65504.0f : 1e38f;
    for (std::int64_t k = 0; k < columns; ++k) {
        weights.set(k, 0);
        weights.set(columns + k, 0.25f);
        weights.set(2 * columns + k, float(k % 7) * 6e-8f);
        weights.set(3 * columns + k, -0.5f - 0.001f * float(k % 5));
        weights.set(4 * columns + k, k % 3 ? largest : -0.1f);
    }
    weights.set(5 * columns + 3, std::numeric_limits<float>::infinity());
    weights.set(6 * columns + 5, std::numeric_limits<float>::quiet_NaN());
    return weights;
}

std::int64_t differing(const Tensor& a, const Tensor& b) {
    std::int64_t count = 0;
    for (std::int64_t i = 0; i < a.size(); ++i)
        count += !(a.at(i) == b.at(i) || (std::isnan(a.at(i)) && std::isnan(b.at(i))));
    return count;
}

} // namespace

class CudaSearchTest : public QObject {
    Q_OBJECT

private:
    static void addFormats() {
        QTest::addColumn<int>("type");
        QTest::addColumn<int>("bits");
        QTest::addColumn<int>("groupSize");
        QTest::addColumn<bool>("zeroPoint");
        QTest::addColumn<int>("scaleType");
        for (const DType type : allTypes)
            for (const int groupSize : {32, 64, 128, 24, 384})
                for (const bool zeroPoint : {true, false})
                    for (const DType scaleType : {DType::float32, DType::float16})
                        QTest::addRow("%s group %d %s scales %s", nameOf(type), groupSize,
                                      zeroPoint ? "zero point" : "symmetric", nameOf(scaleType))
                            << int(type) << (groupSize == 64 ? 3 : 4) << groupSize << zeroPoint << int(scaleType);
    }

    static GroupFormat format() {
        QFETCH(int, bits);
        QFETCH(int, groupSize);
        QFETCH(bool, zeroPoint);
        QFETCH(int, scaleType);
        return {bits, groupSize, zeroPoint, DType(scaleType)};
    }

private slots:
    void initTestCase() {
        if (!cudaAvailable())
            QSKIP("skipped: no CUDA device");
    }

    void quantizeDequantizeIsExact_data() { addFormats(); }

    void quantizeDequantizeIsExact() {
        QFETCH(int, type);
        const DType dtype = DType(type);
        constexpr std::int64_t rows = 75, columns = 384, candidates = 3;
        const Tensor weights = difficultWeights(dtype, rows, columns, 1);
        const std::vector<float> scales = randomFloats(candidates * columns, 2, 0.05f, 4.0f);
        Tensor expected(dtype, candidates * rows * columns), actual = expected;
        QuantizeDequantizeArgs args{dtype, format(), rows, columns, weights.data(), candidates, scales.data()};
        args.output = expected.data();
        QCOMPARE(cpu::quantizeDequantize(args), Status::ok);
        const DeviceBuffer deviceWeights(weights), deviceScales(scales);
        const DeviceBuffer output = DeviceBuffer::poisoned(expected.byteCount());
        args.weight = deviceWeights.get();
        args.channelScales = deviceScales.get<float>();
        args.output = output.get();
        QCOMPARE(cuda::quantizeDequantize(args, nullptr), Status::ok);
        QVERIFY(output.download(actual));
        QCOMPARE(differing(actual, expected), 0);
    }

    void residualForm() {
        for (const DType type : allTypes)
            for (const std::int64_t groupSize : {64, 192}) {
                constexpr std::int64_t rows = 33, columns = 192, candidates = 2;
                const Tensor weights = randomTensor(type, rows * columns, 3, 0.02f);
                const std::vector<float> scales = randomFloats(candidates * columns, 4, 0.2f, 2.0f);
                const std::vector<float> columnFactors = randomFloats(columns, 5, 0.0f, 3.0f);
                const std::vector<float> rowFactors = randomFloats(rows, 6, 1.0f, 30.0f);
                Tensor expected(DType::float16, candidates * rows * columns), actual = expected;
                QuantizeDequantizeArgs args{type,           {4, groupSize},       rows,
                                            columns,        weights.data(),       candidates,
                                            scales.data(),  columnFactors.data(), rowFactors.data(),
                                            expected.data()};
                QCOMPARE(cpu::quantizeDequantize(args), Status::ok);
                const DeviceBuffer w(weights), s(scales), c(columnFactors), r(rowFactors);
                const DeviceBuffer output = DeviceBuffer::poisoned(expected.byteCount());
                args.weight = w.get();
                args.channelScales = s.get<float>();
                args.columnFactors = c.get<float>();
                args.rowFactors = r.get<float>();
                args.output = output.get();
                QCOMPARE(cuda::quantizeDequantize(args, nullptr), Status::ok);
                QVERIFY(output.download(actual));
                QCOMPARE(differing(actual, expected), 0);
            }
    }

    void quantizeGroupsIsExact_data() { addFormats(); }

    void quantizeGroupsIsExact() {
        QFETCH(int, type);
        const DType dtype = DType(type);
        constexpr std::int64_t rows = 21, columns = 384;
        const std::int64_t groups = columns / format().groupSize;
        const Tensor weights = randomTensor(dtype, rows * columns, 7, 0.02f, 61);
        Tensor limits(dtype, rows * groups);
        for (std::int64_t i = 0; i < limits.size(); ++i)
            limits.set(i, 0.01f + 0.001f * float(i % 17));
        std::vector<std::uint8_t> codes(rows * columns), zeros(std::size_t(rows * groups));
        Tensor scales(dtype, rows * groups);
        QuantizeGroupsArgs args{dtype,         format(),     rows,         columns,      weights.data(),
                                limits.data(), codes.data(), zeros.data(), scales.data()};
        QCOMPARE(cpu::quantizeGroups(args), Status::ok);
        const DeviceBuffer w(weights), l(limits);
        const DeviceBuffer c = DeviceBuffer::poisoned(codes.size()), z = DeviceBuffer::poisoned(zeros.size()),
                           s = DeviceBuffer::poisoned(scales.byteCount());
        args.weight = w.get();
        args.limits = l.get();
        args.codes = c.get<std::uint8_t>();
        args.zeroPoints = z.get<std::uint8_t>();
        args.scales = s.get();
        QCOMPARE(cuda::quantizeGroups(args, nullptr), Status::ok);
        std::vector<std::uint8_t> deviceCodes(codes.size()), deviceZeros(zeros.size());
        Tensor deviceScales = scales;
        QVERIFY(c.download(deviceCodes) && z.download(deviceZeros) && s.download(deviceScales));
        QCOMPARE(deviceCodes, codes);
        QCOMPARE(deviceZeros, zeros);
        QVERIFY(deviceScales == scales);
    }

    void groupGram_data() {
        QTest::addColumn<int>("type");
        QTest::addColumn<int>("groupSize");
        QTest::addColumn<int>("tokens");
        for (const DType type : {DType::float16, DType::bfloat16})
            for (const int groupSize : {32, 64, 128})
                for (const int tokens : {1, 100, 1500})
                    QTest::addRow("%s group %d tokens %d", nameOf(type), groupSize, tokens)
                        << int(type) << groupSize << tokens;
    }

    void groupGram() {
        QFETCH(int, type);
        QFETCH(int, groupSize);
        QFETCH(int, tokens);
        const std::int64_t columns = groupSize == 128 ? 384 : 320, stride = columns + 16;
        const Tensor input = randomTensor(DType(type), tokens * stride, 8, 1, 101);
        std::vector<float> gram(std::size_t(columns * groupSize), 0.5f), magnitude(std::size_t(columns), 0.25f);
        const DeviceBuffer x(input), g(gram), m(magnitude);
        GroupGramArgs args{DType(type),  tokens, columns,     groupSize,
                           input.data(), stride, gram.data(), magnitude.data()};
        const DeviceBuffer workspace = DeviceBuffer::poisoned(std::size_t(groupGramWorkspace(args)));
        QCOMPARE(cpu::groupGram(args), Status::ok);
        args.input = x.get();
        args.gram = g.get<float>();
        args.magnitude = m.get<float>();
        args.workspace = workspace.get();
        args.workspaceBytes = std::int64_t(workspace.bytes());
        QCOMPARE(cuda::groupGram(args, nullptr), Status::ok);
        std::vector<float> deviceGram(gram.size()), deviceMagnitude(magnitude.size());
        QVERIFY(g.download(deviceGram) && m.download(deviceMagnitude));
        QVERIFY(relativeError(deviceGram, gram) < 1e-5);
        QVERIFY(relativeError(deviceMagnitude, magnitude) < 1e-5);
        args.workspaceBytes -= 4;
        QCOMPARE(cuda::groupGram(args, nullptr), Status::badStride);
    }

    void normalizeGroupGram() {
        for (const std::int64_t size : {32, 64, 128}) {
            constexpr std::int64_t groups = 3;
            const Tensor input = randomTensor(DType::float16, 200 * groups * size, 9, 1, 37);
            std::vector<float> gram(std::size_t(groups * size * size)), magnitude(std::size_t(groups * size));
            GroupGramArgs gramArgs{DType::float16, 200,           groups * size, size,
                                   input.data(),   groups * size, gram.data(),   magnitude.data()};
            QCOMPARE(cpu::groupGram(gramArgs), Status::ok);
            for (std::int64_t k = 0; k < size; ++k) // a dead channel
                gram[std::size_t(5 * size + k)] = gram[std::size_t(k * size + 5)] = 0;
            const std::vector<float> scale = randomFloats(groups * size, 10, 0.1f, 3.0f);
            std::vector<float> norms(scale.size()), deviceNorms(scale.size());
            Tensor correlations(DType::float16, groups * size * size), deviceCorrelations = correlations;
            NormalizeGroupGramArgs args{groups, size, gram.data(), scale.data(), norms.data(), correlations.data()};
            QCOMPARE(cpu::normalizeGroupGram(args), Status::ok);
            const DeviceBuffer g(gram), s(scale), n = DeviceBuffer::poisoned(norms.size() * 4),
                                                  c = DeviceBuffer::poisoned(correlations.byteCount());
            args = {groups, size, g.get<float>(), s.get<float>(), n.get<float>(), c.get()};
            QCOMPARE(cuda::normalizeGroupGram(args, nullptr), Status::ok);
            QVERIFY(n.download(deviceNorms) && c.download(deviceCorrelations));
            QVERIFY(relativeError(deviceNorms, norms) < 1e-6);
            QVERIFY(relativeError(deviceCorrelations, correlations) < 1e-4);
        }
    }

    void clipSearch_data() {
        QTest::addColumn<int>("type");
        QTest::addColumn<int>("groupSize");
        QTest::addColumn<bool>("zeroPoint");
        for (const DType type : allTypes)
            for (const int groupSize : {32, 64, 128})
                for (const bool zeroPoint : {true, false})
                    QTest::addRow("%s group %d %s", nameOf(type), groupSize, zeroPoint ? "zero point" : "symmetric")
                        << int(type) << groupSize << zeroPoint;
    }

    void clipSearch() {
        QFETCH(int, type);
        QFETCH(int, groupSize);
        QFETCH(bool, zeroPoint);
        const DType dtype = DType(type);
        constexpr std::int64_t rows = 83, fractionCount = 10;
        const std::int64_t columns = 3 * groupSize, groups = 3;
        Tensor weights = randomTensor(dtype, rows * columns, 11, 0.02f, 53);
        for (std::int64_t k = 0; k < columns; ++k)
            weights.set(k, 0);
        // Correlations of a real Gram matrix, norms with outliers.
        const Tensor input = randomTensor(DType::float16, 300 * columns, 12, 1, 41);
        std::vector<float> gram(std::size_t(columns * groupSize)), magnitude(static_cast<std::size_t>(columns));
        GroupGramArgs gramArgs{DType::float16, 300,     columns,     groupSize,
                               input.data(),   columns, gram.data(), magnitude.data()};
        QCOMPARE(cpu::groupGram(gramArgs), Status::ok);
        std::vector<float> norms(static_cast<std::size_t>(columns));
        Tensor correlations(DType::float16, columns * groupSize);
        QCOMPARE(cpu::normalizeGroupGram({groups, groupSize, gram.data(), nullptr, norms.data(), correlations.data()}),
                 Status::ok);
        Tensor limits(dtype, rows * groups), deviceLimits = limits;
        std::vector<std::uint8_t> choices(rows * groups), deviceChoices(choices.size());
        std::vector<float> errors(fractionCount * choices.size()), deviceErrors(errors.size());
        ClipSearchArgs args{dtype,
                            {4, groupSize, zeroPoint},
                            rows,
                            columns,
                            weights.data(),
                            norms.data(),
                            correlations.data(),
                            int(fractionCount)};
        for (int i = 0; i < fractionCount; ++i)
            args.fractions[i] = 1.0f - float(i) * 0.05f;
        args.limits = limits.data();
        args.choices = choices.data();
        args.errors = errors.data();
        QCOMPARE(cpu::clipSearch(args), Status::ok);
        const DeviceBuffer w(weights), n(norms), r(correlations), l = DeviceBuffer::poisoned(limits.byteCount()),
                                                                  c = DeviceBuffer::poisoned(choices.size()),
                                                                  e = DeviceBuffer::poisoned(errors.size() * 4);
        args.weight = w.get();
        args.norms = n.get<float>();
        args.correlations = r.get();
        args.limits = l.get();
        args.choices = c.get<std::uint8_t>();
        args.errors = e.get<float>();
        QCOMPARE(cuda::clipSearch(args, nullptr), Status::ok);
        QVERIFY(l.download(deviceLimits) && c.download(deviceChoices) && e.download(deviceErrors));
        QVERIFY(relativeError(deviceErrors, errors) < 1e-3);
        // The products are rounded to float16, so near ties may fall the other way; the loss may not.
        int different = 0;
        for (std::size_t i = 0; i < choices.size(); ++i) {
            different += deviceChoices[i] != choices[i];
            const float chosen = errors[deviceChoices[i] * choices.size() + i];
            QVERIFY(chosen <= errors[choices[i] * choices.size() + i] * 1.002f);
            const float largest = limits.at(std::int64_t(i)) / args.fractions[choices[i]];
            QVERIFY(std::abs(deviceLimits.at(std::int64_t(i)) - largest * args.fractions[deviceChoices[i]]) <=
                    0.01f * largest);
        }
        QVERIFY(different <= int(choices.size()) / 50);
    }

    void rowReductions() {
        using Kind = RowReductionArgs::Kind;
        for (const DType type : allTypes)
            for (const Kind kind : {Kind::squaredDifference, Kind::product})
                for (const std::int64_t columns : {8, 1000, 4096, 77}) {
                    constexpr std::int64_t rows = 9;
                    const Tensor a = randomTensor(type, rows * (columns + 8), 13),
                                 b = randomTensor(type, rows * (columns + 16), 14);
                    std::vector<float> sums(rows, 1.0f), deviceSums(rows);
                    const DeviceBuffer da(a), db(b), ds(sums);
                    RowReductionArgs args{kind,        type,     rows,         columns, a.data(),
                                          columns + 8, b.data(), columns + 16, true,    sums.data()};
                    QCOMPARE(cpu::rowReduction(args), Status::ok);
                    args.a = da.get();
                    args.b = db.get();
                    args.sums = ds.get<float>();
                    QCOMPARE(cuda::rowReduction(args, nullptr), Status::ok);
                    QVERIFY(ds.download(deviceSums));
                    QVERIFY(relativeError(deviceSums, sums) < 1e-5);
                }
    }

    void wrongArgumentsAreRefused() {
        const DeviceBuffer memory(4096);
        QuantizeDequantizeArgs args{DType::float16, {4, 128}, 4, 128, memory.get()};
        args.output = memory.get();
        args.format.groupSize = 100;
        QCOMPARE(cuda::quantizeDequantize(args, nullptr), Status::badShape);
        args.format = {9, 128};
        QCOMPARE(cuda::quantizeDequantize(args, nullptr), Status::badShape);
        args.format = {4, 128};
        args.candidates = 2; // without scales
        QCOMPARE(cuda::quantizeDequantize(args, nullptr), Status::badShape);
        float host[64];
        RowReductionArgs reduction{RowReductionArgs::Kind::squaredDifference, DType::float32, 1, 8, host, 8};
        reduction.sums = host;
        QCOMPARE(cuda::rowReduction(reduction, nullptr), Status::unsupported); // host memory
        QVERIFY(synchronizeDevice());
    }
};

QTEST_GUILESS_MAIN(CudaSearchTest)
#include "cuda_search_test.moc"
