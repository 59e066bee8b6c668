// SPDX-License-Identifier: GPL-3.0-or-later
// Norms, activations, rotary embedding and int8 products on a GPU against their CPU references.
#include <QtTest>

#include <limits>

#include "kernels/activation.h"
#include "kernels/int8_linear.h"
#include "kernels/norm.h"
#include "kernels/rope.h"
#include "tests/kernels/device_buffer.h"

using namespace awq::kernels;
using namespace awq::test;

namespace {

constexpr DType allTypes[] = {DType::float32, DType::float16, DType::bfloat16};

// Codes may differ by one where a value lies on a tie; rarely.
bool codesAgree(const std::vector<std::int8_t>& a, const std::vector<std::int8_t>& b) {
    std::size_t different = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (std::abs(a[i] - b[i]) > 1)
            return false;
        different += a[i] != b[i];
    }
    return different <= a.size() / 200 + 1;
}

} // namespace

class CudaLayersTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() {
        if (!cudaAvailable())
            QSKIP("skipped: no CUDA device");
    }

    void norm_data() {
        QTest::addColumn<int>("columns");
        QTest::addColumn<int>("pad");
        for (const int columns : {8, 40, 768, 4096, 9000, 20000, 33000})
            for (const int pad : {0, 3, 8})
                QTest::addRow("%d columns, stride +%d", columns, pad) << columns << pad;
        QTest::newRow("odd columns") << 1001 << 0;
    }

    void norm() {
        QFETCH(int, columns);
        QFETCH(int, pad);
        constexpr std::int64_t rows = 3;
        const std::int64_t stride = columns + pad;
        for (const DType type : allTypes)
            for (const NormArgs::Kind kind : {NormArgs::Kind::rms, NormArgs::Kind::layer})
                for (const bool extras : {false, true}) {
                    const Tensor input = randomTensor(type, rows * stride, 1, 1, 71),
                                 residual = randomTensor(type, rows * stride, 2),
                                 weight = randomTensor(type, columns, 3), bias = randomTensor(type, columns, 4);
                    Tensor sum(type, rows * stride), output(type, rows * stride);
                    NormArgs args;
                    args.kind = kind;
                    args.type = type;
                    args.rows = rows;
                    args.columns = columns;
                    args.input = input.data();
                    args.inputStride = args.residualStride = args.sumStride = args.outputStride = stride;
                    args.residual = extras ? residual.data() : nullptr;
                    args.sum = extras ? sum.data() : nullptr;
                    args.weight = extras ? weight.data() : nullptr;
                    args.weightOffset = extras ? 1.0f : 0.0f;
                    args.bias = extras ? bias.data() : nullptr;
                    args.output = output.data();
                    QCOMPARE(cpu::norm(args), Status::ok);
                    const DeviceBuffer x(input), r(residual), w(weight), b(bias), s(sum), y(output);
                    NormArgs device = args;
                    device.input = x.get();
                    device.residual = extras ? r.get() : nullptr;
                    device.sum = extras ? s.get() : nullptr;
                    device.weight = extras ? w.get() : nullptr;
                    device.bias = extras ? b.get() : nullptr;
                    device.output = y.get();
                    QCOMPARE(cuda::norm(device, nullptr), Status::ok);
                    Tensor deviceSum = sum, deviceOutput = output;
                    QVERIFY(s.download(deviceSum) && y.download(deviceOutput));
                    QVERIFY(deviceSum == sum);
                    QVERIFY(relativeError(deviceOutput, output) < roundingOf(type));
                }
    }

    void quantizedNorm() {
        for (const DType type : allTypes)
            for (const std::int64_t columns : {40, 1001, 4096}) {
                constexpr std::int64_t rows = 4;
                Tensor input = randomTensor(type, rows * columns, 5);
                for (std::int64_t k = 0; k < columns; ++k)
                    input.set(columns + k, 0); // a row of zeros
                std::vector<std::int8_t> codes(std::size_t(rows * columns)), deviceCodes = codes;
                std::vector<float> scales(rows), sums(rows), deviceScales(rows), deviceSums(rows);
                NormArgs args;
                args.type = type;
                args.rows = rows;
                args.columns = columns;
                args.input = input.data();
                args.inputStride = columns;
                args.quantized = codes.data();
                args.tokenScales = scales.data();
                args.rowSums = sums.data();
                QCOMPARE(cpu::norm(args), Status::ok);
                const DeviceBuffer x(input), q = DeviceBuffer::poisoned(codes.size()), s(scales), t(sums);
                args.input = x.get();
                args.quantized = q.get<std::int8_t>();
                args.tokenScales = s.get<float>();
                args.rowSums = t.get<float>();
                QCOMPARE(cuda::norm(args, nullptr, Overlap::yes), Status::ok);
                QVERIFY(q.download(deviceCodes) && s.download(deviceScales) && t.download(deviceSums));
                QVERIFY(codesAgree(deviceCodes, codes));
                QVERIFY(relativeError(deviceScales, scales) < 1e-6);
                QVERIFY(relativeError(deviceSums, sums) < 1e-3);
                QCOMPARE(deviceScales[1], 0.0f);
            }
    }

    void activation() {
        using Kind = ActivationArgs::Kind;
        for (const DType type : allTypes)
            for (const Kind kind :
                 {Kind::identity, Kind::relu, Kind::silu, Kind::geluTanh, Kind::geluErf, Kind::quickGelu})
                for (const std::int64_t columns : {8, 77, 5000}) {
                    constexpr std::int64_t rows = 3;
                    const std::int64_t stride = columns + 8;
                    Tensor gate = randomTensor(type, rows * stride, 6, 4);
                    gate.set(0, 60000), gate.set(1, -60000);
                    const Tensor up = randomTensor(type, rows * stride, 7),
                                 reference = randomTensor(type, rows * stride, 8, 0.1f);
                    Tensor output(type, rows * columns), deviceOutput = output;
                    ActivationArgs args;
                    args.kind = kind;
                    args.type = type;
                    args.rows = rows;
                    args.columns = columns;
                    args.gate = gate.data();
                    args.up = up.data();
                    args.reference = reference.data();
                    args.gateStride = args.upStride = args.referenceStride = stride;
                    args.output = output.data();
                    args.outputStride = columns;
                    QCOMPARE(cpu::activation(args), Status::ok);
                    const DeviceBuffer g(gate), u(up), r(reference), y = DeviceBuffer::poisoned(output.byteCount());
                    ActivationArgs device = args;
                    device.gate = g.get();
                    device.up = u.get();
                    device.reference = r.get();
                    device.output = y.get();
                    QCOMPARE(cuda::activation(device, nullptr), Status::ok);
                    QVERIFY(y.download(deviceOutput));
                    QVERIFY(relativeError(deviceOutput, output) < 2 * roundingOf(type));
                    if (type == DType::float16)
                        continue; // the product of the largest values overflows
                    std::vector<std::int8_t> codes(std::size_t(rows * columns)), deviceCodes = codes;
                    std::vector<float> scales(rows), deviceScales(rows);
                    args.output = device.output = nullptr;
                    args.quantized = codes.data();
                    args.tokenScales = scales.data();
                    QCOMPARE(cpu::activation(args), Status::ok);
                    const DeviceBuffer q = DeviceBuffer::poisoned(codes.size()), s(scales);
                    device.quantized = q.get<std::int8_t>();
                    device.tokenScales = s.get<float>();
                    QCOMPARE(cuda::activation(device, nullptr), Status::ok);
                    QVERIFY(q.download(deviceCodes) && s.download(deviceScales));
                    QVERIFY(codesAgree(deviceCodes, codes));
                    QVERIFY(relativeError(deviceScales, scales) < 1e-5);
                }
    }

    void rope_data() {
        QTest::addColumn<int>("headDim");
        QTest::addColumn<int>("rotaryDim");
        QTest::addColumn<bool>("interleaved");
        for (const bool interleaved : {false, true}) {
            QTest::addRow("whole head %d", interleaved) << 128 << 128 << interleaved;
            QTest::addRow("partial %d", interleaved) << 80 << 32 << interleaved;
            QTest::addRow("odd quarter %d", interleaved) << 20 << 10 << interleaved;
            QTest::addRow("copy %d", interleaved) << 64 << 0 << interleaved;
        }
    }

    void rope() {
        QFETCH(int, headDim);
        QFETCH(int, rotaryDim);
        QFETCH(bool, interleaved);
        constexpr std::int64_t tokens = 5, heads = 3, tablePositions = 9;
        const std::vector<std::int32_t> positions = {0, 8, 3, 9, -1}; // the last two lie outside the table
        const std::vector<std::int64_t> places = {4, 0, 6, 2, 5};
        const std::vector<float> cosines = randomFloats(tablePositions * rotaryDim / 2, 9, -1, 1),
                                 sines = randomFloats(tablePositions * rotaryDim / 2, 10, -1, 1);
        for (const DType type : allTypes)
            for (const bool inPlace : {true, false}) {
                const std::int64_t tokenStride = heads * headDim + 16, outSize = 7 * heads * headDim;
                const Tensor input = randomTensor(type, tokens * tokenStride, 11);
                Tensor output = inPlace ? input : Tensor(type, outSize), deviceOutput = output;
                RopeArgs args;
                args.type = type;
                args.tokens = tokens;
                args.heads = heads;
                args.headDim = headDim;
                args.rotaryDim = rotaryDim;
                args.interleaved = interleaved;
                args.positions = positions.data();
                args.cosines = cosines.data();
                args.sines = sines.data();
                args.tablePositions = tablePositions;
                args.input = inPlace ? output.data() : input.data();
                args.inputTokenStride = tokenStride;
                args.inputHeadStride = headDim;
                args.output = output.data();
                args.outputTokenStride = inPlace ? tokenStride : headDim;
                args.outputHeadStride = inPlace ? headDim : 7 * headDim;
                args.outputSlots = inPlace ? nullptr : places.data();
                const DeviceBuffer x(input), y(output), p(positions), c(cosines), s(sines), o(places);
                QCOMPARE(cpu::rope(args), Status::ok);
                args.positions = p.get<std::int32_t>();
                args.cosines = rotaryDim ? c.get<float>() : nullptr;
                args.sines = rotaryDim ? s.get<float>() : nullptr;
                args.input = inPlace ? y.get() : x.get();
                args.output = y.get();
                args.outputSlots = inPlace ? nullptr : o.get<std::int64_t>();
                QCOMPARE(cuda::rope(args, nullptr), Status::ok);
                QVERIFY(y.download(deviceOutput));
                QVERIFY(relativeError(deviceOutput, output) < roundingOf(type));
            }
    }

    // Queries, keys and values of one matrix, of which two end in a cache.
    void ropeInParts() {
        constexpr std::int64_t tokens = 3, heads = 4, kvHeads = 2, d = 64, capacity = 5,
                               width = (heads + 2 * kvHeads) * d;
        const std::vector<std::int32_t> positions = {4, 0, 2};
        const std::vector<std::int64_t> places = {4, kvHeads * capacity, 2 * kvHeads * capacity + 2};
        const std::vector<float> cosines = randomFloats(capacity * d / 2, 31, -1, 1),
                                 sines = randomFloats(capacity * d / 2, 32, -1, 1);
        const Tensor input = randomTensor(DType::float16, tokens * width, 33);
        Tensor query(DType::float16, tokens * heads * d), cache(DType::float16, 2 * tokens * kvHeads * capacity * d);
        const DeviceBuffer x(input), q(query), kv(cache), p(positions), c(cosines), s(sines), o(places);
        const auto partsOf = [&](const void* from, void* toQuery, void* toCache, const std::int32_t* position,
                                 const float* cosine, const float* sine, const std::int64_t* cachePlaces) {
            const auto part = [&](std::int64_t count, std::int64_t first, void* to, bool cached, bool turns) {
                RopeArgs args;
                args.tokens = tokens;
                args.heads = count;
                args.headDim = d;
                args.rotaryDim = turns ? d : 0;
                args.positions = position;
                args.cosines = cosine;
                args.sines = sine;
                args.tablePositions = capacity;
                args.input = static_cast<const std::uint16_t*>(from) + first * d;
                args.inputTokenStride = width;
                args.inputHeadStride = d;
                args.output = to;
                args.outputTokenStride = cached ? d : heads * d;
                args.outputHeadStride = cached ? capacity * d : d;
                args.outputSlots = cached ? cachePlaces : nullptr;
                return args;
            };
            void* values = static_cast<std::uint16_t*>(toCache) + tokens * kvHeads * capacity * d;
            return std::vector{part(heads, 0, toQuery, false, true), part(kvHeads, heads, toCache, true, true),
                               part(kvHeads, heads + kvHeads, values, true, false)};
        };
        const std::vector<RopeArgs> onHost = partsOf(input.data(), query.data(), cache.data(), positions.data(),
                                                     cosines.data(), sines.data(), places.data());
        QCOMPARE(cpu::rope({onHost.data(), onHost.size()}), Status::ok);
        const std::vector<RopeArgs> parts = partsOf(x.get(), q.get(), kv.get(), p.get<std::int32_t>(), c.get<float>(),
                                                    s.get<float>(), o.get<std::int64_t>());
        QCOMPARE(cuda::rope({parts.data(), parts.size()}, nullptr), Status::ok);
        Tensor deviceQuery(DType::float16, query.size()), deviceCache(DType::float16, cache.size());
        QVERIFY(q.download(deviceQuery) && kv.download(deviceCache));
        QVERIFY(relativeError(deviceQuery, query) < roundingOf(DType::float16));
        QVERIFY(relativeError(deviceCache, cache) < roundingOf(DType::float16));
        QCOMPARE(cuda::rope({parts.data(), mostRopeParts + 1}, nullptr), Status::badShape);
    }

    void int8Linear_data() {
        QTest::addColumn<int>("tokens");
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("columns");
        for (const int tokens : {1, 9, 16, 33, 64, 65, 128, 300})
            for (const auto& [rows, columns] : {std::pair{256, 512}, std::pair{77, 208}, std::pair{1000, 1040}})
                QTest::addRow("%d tokens %dx%d", tokens, rows, columns) << tokens << rows << columns;
    }

    void int8Linear() {
        QFETCH(int, tokens);
        QFETCH(int, rows);
        QFETCH(int, columns);
        std::mt19937 random(16);
        std::vector<std::int8_t> input(std::size_t(tokens * columns)), weight(std::size_t(rows * columns));
        for (std::int8_t& value : input)
            value = std::int8_t(random());
        for (std::int8_t& value : weight)
            value = std::int8_t(random());
        const std::vector<float> tokenScales = randomFloats(tokens, 17, 0.001f, 0.01f),
                                 channelScales = randomFloats(rows, 18, 0.001f, 0.01f),
                                 rowSums = randomFloats(tokens, 19, -5, 5),
                                 offsets = randomFloats(rows, 20, -0.1f, 0.1f);
        for (const DType type : {DType::float16, DType::bfloat16})
            for (const bool extras : {false, true}) {
                const std::int64_t stride = rows + (extras ? 5 : 8 - rows % 8);
                const Tensor bias = randomTensor(type, rows, 21);
                Tensor output(type, tokens * stride), deviceOutput = output;
                Int8LinearArgs args;
                args.type = type;
                args.tokens = tokens;
                args.rows = rows;
                args.columns = columns;
                args.input = input.data();
                args.tokenScales = tokenScales.data();
                args.weight = weight.data();
                args.channelScales = channelScales.data();
                args.rowSums = extras ? rowSums.data() : nullptr;
                args.channelOffsets = extras ? offsets.data() : nullptr;
                args.bias = extras ? bias.data() : nullptr;
                args.output = output.data();
                args.outputStride = stride;
                QCOMPARE(cpu::int8Linear(args), Status::ok);
                const DeviceBuffer x(input), w(weight), ts(tokenScales), cs(channelScales), sums(rowSums), o(offsets),
                    b(bias), y(deviceOutput);
                args.input = x.get<std::int8_t>();
                args.tokenScales = ts.get<float>();
                args.weight = w.get<std::int8_t>();
                args.channelScales = cs.get<float>();
                args.rowSums = extras ? sums.get<float>() : nullptr;
                args.channelOffsets = extras ? o.get<float>() : nullptr;
                args.bias = extras ? b.get() : nullptr;
                args.output = y.get();
                QCOMPARE(cuda::int8Linear(args, nullptr), Status::ok);
                QVERIFY(y.download(deviceOutput));
                QVERIFY(relativeError(deviceOutput, output) < roundingOf(type));
            }
    }

    void wrongArgumentsAreRefused() {
        const DeviceBuffer memory(1 << 16);
        NormArgs norm;
        norm.rows = 1;
        norm.columns = 64;
        norm.input = memory.get();
        norm.inputStride = 64;
        QCOMPARE(cuda::norm(norm, nullptr), Status::badShape); // no result
        norm.output = memory.get();
        norm.outputStride = 63;
        QCOMPARE(cuda::norm(norm, nullptr), Status::badStride);
        Int8LinearArgs int8;
        int8.type = DType::float32;
        QCOMPARE(cuda::int8Linear(int8, nullptr), Status::badDType);
        QVERIFY(synchronizeDevice());
    }
};

QTEST_GUILESS_MAIN(CudaLayersTest)
#include "cuda_layers_test.moc"
