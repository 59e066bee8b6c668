// SPDX-License-Identifier: GPL-3.0-or-later
// Packing and packed products on a GPU against their CPU references, on every path.
#include <QtTest>

#include <limits>
#include <memory>

#include "kernels/packed_linear.h"
#include "tests/kernels/device_buffer.h"

using namespace awq::kernels;
using namespace awq::test;

namespace {

struct Case {
    int bits, rows, columns, groupSize;
};

// Odd sizes: rows that end inside a record, columns that end inside one, more column blocks than ranks, whole rows.
constexpr Case cases[] = {
    {4, 256, 512, 128},   {4, 70, 352, 32},    {4, 1000, 1088, 64}, {4, 264, 1216, 1216}, {4, 33, 104, 104},
    {4, 4100, 128, 128},  {4, 160, 4544, 64},  {3, 256, 512, 128},  {3, 70, 352, 32},     {3, 1000, 1088, 64},
    {3, 264, 1216, 1216}, {3, 520, 2432, 128}, {4, 96, 2560, 256},
};

constexpr LinearPath paths[] = {LinearPath::automatic, LinearPath::smallBatch, LinearPath::matrix,
                                LinearPath::portable};
const char* pathNames[] = {"automatic", "smallBatch", "matrix", "portable"};

bool isHopper() {
    DeviceInfo info;
    return queryDevice(0, info) && info.major == 9 && info.minor == 0;
}

// Against exact weights. The smallBatch path rounds the output alone, the others each weight too.
double boundOf(DType type, LinearPath path) {
    const double rounding = type == DType::float16 ? 3e-4 : 2.5e-3;
    return path == LinearPath::smallBatch ? rounding : 1.6 * rounding;
}

// One product on the host and its operands on the device.
struct Product {
    PackedMatrix matrix;
    DType type;
    std::int64_t tokens, inputStride, outputStride;
    Tensor input, bias, expected;
    DeviceBuffer packed, deviceInput, deviceBias, workspace;

    Product(const Case& c, DType elementType, std::int64_t tokenCount, unsigned seed)
        : matrix(randomPacked({c.bits, c.rows, c.columns, c.groupSize}, elementType, seed)), type(elementType),
          tokens(tokenCount), inputStride((c.columns + 7) / 8 * 8 + 8), outputStride(c.rows + (seed % 2 ? 8 : 5)),
          input(randomTensor(type, tokens * inputStride, seed + 1)), bias(randomTensor(type, c.rows, seed + 2)),
          expected(type, tokens * outputStride), packed(matrix.packed), deviceInput(input), deviceBias(bias),
          workspace(std::size_t(packedLinearWorkspace(args()))) {
        PackedLinearArgs host = args();
        host.weight.data = matrix.packed.data();
        host.input = input.data();
        host.bias = bias.data();
        host.output = expected.data();
        cpu::packedLinear(host);
    }

    PackedLinearArgs args() const {
        PackedLinearArgs args;
        args.weight = {matrix.layout, type, packed.get()};
        args.type = type;
        args.tokens = tokens;
        args.input = deviceInput.get();
        args.inputStride = inputStride;
        args.bias = deviceBias.get();
        args.outputStride = outputStride;
        args.workspace = workspace.get();
        args.workspaceBytes = std::int64_t(workspace.bytes());
        return args;
    }

    // Error of what the device wrote; infinite when it wrote beyond the rows or forgot any.
    double errorOf(const DeviceBuffer& output) const {
        Tensor actual(type, tokens * outputStride);
        if (!output.download(actual))
            return INFINITY;
        for (std::int64_t m = 0; m < tokens; ++m)
            for (std::int64_t n = matrix.layout.rows; n < outputStride; ++n)
                if (!std::isnan(actual.at(m * outputStride + n)))
                    return INFINITY;
        const std::int64_t rows = matrix.layout.rows;
        const auto place = [&](std::int64_t i) { return i / rows * outputStride + i % rows; };
        return relativeError([&](std::int64_t i) { return actual.at(place(i)); },
                             [&](std::int64_t i) { return expected.at(place(i)); }, tokens * rows);
    }

    DeviceBuffer poisonedOutput() const { return DeviceBuffer::poisoned(expected.byteCount()); }
};

} // namespace

class CudaPackedLinearTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() {
        if (!cudaAvailable())
            QSKIP("skipped: no CUDA device");
    }

    void packing_data() {
        QTest::addColumn<int>("index");
        for (int i = 0; i < int(std::size(cases)); ++i)
            QTest::addRow("w%d %dx%d group %d", cases[i].bits, cases[i].rows, cases[i].columns, cases[i].groupSize)
                << i;
    }

    void packing() {
        QFETCH(int, index);
        const Case& c = cases[index];
        for (const DType type : {DType::float16, DType::bfloat16}) {
            const PackedMatrix matrix = randomPacked({c.bits, c.rows, c.columns, c.groupSize}, type, 21);
            const DeviceBuffer codes(matrix.codes), zeros(matrix.zeroPoints), scales(matrix.scales);
            const DeviceBuffer packed = DeviceBuffer::poisoned(matrix.packed.size());
            PackArgs args{matrix.layout, type,        codes.get<std::uint8_t>(), zeros.get<std::uint8_t>(), type,
                          scales.get(),  packed.get()};
            QCOMPARE(cuda::pack(args, nullptr), Status::ok);
            std::vector<std::uint8_t> actual(matrix.packed.size());
            QVERIFY(packed.download(actual));
            QVERIFY(actual == matrix.packed);

            const DeviceBuffer newCodes = DeviceBuffer::poisoned(matrix.codes.size()),
                               newZeros = DeviceBuffer::poisoned(matrix.zeroPoints.size()),
                               newScales = DeviceBuffer::poisoned(matrix.scales.byteCount()),
                               values = DeviceBuffer::poisoned(matrix.codes.size() * 2);
            UnpackArgs unpacked{{matrix.layout, type, packed.get()},
                                newCodes.get<std::uint8_t>(),
                                newZeros.get<std::uint8_t>(),
                                newScales.get(),
                                type,
                                values.get()};
            QCOMPARE(cuda::unpack(unpacked, nullptr), Status::ok);
            std::vector<std::uint8_t> hostCodes(matrix.codes.size()), hostZeros(matrix.zeroPoints.size());
            Tensor hostScales(type, matrix.scales.size()), hostValues(type, c.rows * c.columns), expected = hostValues;
            QVERIFY(newCodes.download(hostCodes) && newZeros.download(hostZeros) && newScales.download(hostScales) &&
                    values.download(hostValues));
            QVERIFY(hostCodes == matrix.codes && hostZeros == matrix.zeroPoints && hostScales == matrix.scales);
            unpacked = {matrix.weight(), nullptr, nullptr, nullptr, type, expected.data()};
            QCOMPARE(cpu::unpack(unpacked), Status::ok);
            QVERIFY(hostValues == expected);
        }
    }

    void codeWords() {
        for (const WordLayout layout : {WordLayout::awqGemm, WordLayout::inputRows, WordLayout::llmAwq}) {
            constexpr std::int64_t rows = 40, columns = 192;
            std::vector<std::uint8_t> codes(rows * columns), words(rows * columns / 2), actual = words;
            for (std::size_t i = 0; i < codes.size(); ++i)
                codes[i] = std::uint8_t((i * 7 + i / 13) % 16);
            QCOMPARE(cpu::wordsFromCodes({layout, rows, columns, codes.data(), words.data()}), Status::ok);
            const DeviceBuffer deviceCodes(codes), deviceWords = DeviceBuffer::poisoned(words.size()),
                                                   again = DeviceBuffer::poisoned(codes.size());
            QCOMPARE(cuda::wordsFromCodes({layout, rows, columns, deviceCodes.get<std::uint8_t>(), deviceWords.get()},
                                          nullptr),
                     Status::ok);
            QVERIFY(deviceWords.download(actual));
            QVERIFY(actual == words);
            QCOMPARE(
                cuda::codesFromWords({layout, rows, columns, again.get<std::uint8_t>(), deviceWords.get()}, nullptr),
                Status::ok);
            std::vector<std::uint8_t> back(codes.size());
            QVERIFY(again.download(back));
            QVERIFY(back == codes);
        }
    }

    void products_data() {
        QTest::addColumn<int>("index");
        QTest::addColumn<int>("type");
        for (int i = 0; i < int(std::size(cases)); ++i)
            for (const DType type : {DType::float16, DType::bfloat16})
                QTest::addRow("w%d %dx%d group %d %s", cases[i].bits, cases[i].rows, cases[i].columns,
                              cases[i].groupSize, type == DType::float16 ? "float16" : "bfloat16")
                    << i << int(type);
    }

    void products() {
        QFETCH(int, index);
        QFETCH(int, type);
        const bool hopper = isHopper();
        QStringList failures;
        for (const int tokens : {1, 2, 3, 5, 8, 9, 13, 16, 17, 31, 33, 64, 65, 100, 128, 129, 257}) {
            const Product product(cases[index], DType(type), tokens, unsigned(31 + tokens));
            for (const LinearPath path : paths) {
                const bool sm90 = path == LinearPath::smallBatch || path == LinearPath::matrix;
                if ((sm90 && !hopper) || (path == LinearPath::smallBatch && tokens > 16))
                    continue;
                for (const Overlap overlap : {Overlap::no, Overlap::yes}) {
                    const DeviceBuffer output = product.poisonedOutput();
                    PackedLinearArgs args = product.args();
                    args.output = output.get();
                    const Status status = cuda::packedLinear(args, nullptr, overlap, path);
                    const double error = status == Status::ok ? product.errorOf(output) : INFINITY;
                    if (!(error < boundOf(DType(type), path)))
                        failures << QString("%1 tokens %2 overlap %3: %4, error %5")
                                        .arg(pathNames[int(path)])
                                        .arg(tokens)
                                        .arg(int(overlap))
                                        .arg(describe(status))
                                        .arg(error);
                }
            }
        }
        QVERIFY2(failures.isEmpty(), qPrintable(failures.join("; ")));
    }

    // Several row blocks for each multiprocessor, long runs, clusters.
    void largeProducts() {
        for (const Case& c : {Case{4, 9000, 1024, 128}, Case{3, 9000, 1024, 128}, Case{4, 512, 14336, 128}})
            for (const int tokens : {1, 8, 16, 40, 200}) {
                const Product product(c, DType::float16, tokens, 51);
                const DeviceBuffer output = product.poisonedOutput();
                PackedLinearArgs args = product.args();
                args.output = output.get();
                QCOMPARE(cuda::packedLinear(args, nullptr), Status::ok);
                const double error = product.errorOf(output);
                QVERIFY2(error < boundOf(DType::float16, LinearPath::matrix), qPrintable(QString::number(error)));
            }
    }

    void repeatedCallsAgree() {
        for (const int tokens : {1, 16, 100}) {
            const Product product({4, 1000, 4096, 128}, DType::float16, tokens, 61);
            PackedLinearArgs args = product.args();
            Tensor first(DType::float16, product.expected.size()), again = first;
            for (Tensor* result : {&first, &again}) {
                const DeviceBuffer output = product.poisonedOutput();
                args.output = output.get();
                QCOMPARE(cuda::packedLinear(args, nullptr), Status::ok);
                QVERIFY(output.download(*result));
            }
            QVERIFY(first == again);
        }
    }

    void extremeInputs() {
        for (const float extreme : {65504.0f, 6e-8f, 0.0f, std::numeric_limits<float>::quiet_NaN()}) {
            Product product({4, 64, 256, 128}, DType::float16, 3, 71);
            for (std::int64_t k = 0; k < 256; ++k)
                product.input.set(product.inputStride + k, k % 2 ? extreme : -extreme);
            const DeviceBuffer input(product.input), output = product.poisonedOutput();
            PackedLinearArgs args = product.args();
            PackedLinearArgs host = args;
            host.weight.data = product.matrix.packed.data();
            host.input = product.input.data();
            host.bias = product.bias.data();
            host.output = product.expected.data();
            QCOMPARE(cpu::packedLinear(host), Status::ok);
            args.input = input.get();
            args.output = output.get();
            QCOMPARE(cuda::packedLinear(args, nullptr), Status::ok);
            Tensor actual(DType::float16, product.expected.size());
            QVERIFY(output.download(actual));
            for (std::int64_t n = 0; n < 64; ++n) {
                const float a = actual.at(product.outputStride + n), b = product.expected.at(product.outputStride + n);
                QVERIFY(std::isnan(extreme) ? std::isnan(a) : std::abs(a - b) <= 2e-3f * (1 + std::abs(b)) || a == b);
                QVERIFY(std::isfinite(actual.at(n)) && std::isfinite(actual.at(2 * product.outputStride + n)));
            }
        }
    }

    void wrongArgumentsAreRefused() {
        const Product product({4, 64, 256, 128}, DType::float16, 1, 81);
        const DeviceBuffer output = product.poisonedOutput();
        PackedLinearArgs good = product.args();
        good.output = output.get();
        PackedLinearArgs args = good;
        args.type = DType::float32;
        QCOMPARE(cuda::packedLinear(args, nullptr), Status::badDType);
        args.type = DType::bfloat16;
        QCOMPARE(cuda::packedLinear(args, nullptr), Status::badDType);
        args = good;
        args.inputStride = 260;
        QCOMPARE(cuda::packedLinear(args, nullptr), Status::badStride);
        args = good;
        args.weight.data = static_cast<const std::uint8_t*>(args.weight.data) + 16;
        QCOMPARE(cuda::packedLinear(args, nullptr), Status::badStride);
        args = good;
        args.tokens = 17;
        QCOMPARE(cuda::packedLinear(args, nullptr, Overlap::no, LinearPath::smallBatch), Status::badShape);
        args = good;
        args.output = product.matrix.packed.data() ? const_cast<std::uint8_t*>(product.matrix.packed.data()) : nullptr;
        QCOMPARE(cuda::packedLinear(args, nullptr), Status::unsupported); // host memory
        QVERIFY(std::isinf(product.errorOf(output)));                     // nothing was written
    }
};

QTEST_GUILESS_MAIN(CudaPackedLinearTest)
#include "cuda_packed_linear_test.moc"
