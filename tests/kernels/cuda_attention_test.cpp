// SPDX-License-Identifier: GPL-3.0-or-later
// Decode attention on a GPU against its CPU reference.
#include <QtTest>

#include "kernels/attention.h"
#include "tests/kernels/device_buffer.h"

using namespace awq::kernels;
using namespace awq::test;

class CudaAttentionTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() {
        if (!cudaAvailable())
            QSKIP("skipped: no CUDA device");
    }

    void attention_data() {
        QTest::addColumn<int>("headDim");
        QTest::addColumn<int>("heads");
        QTest::addColumn<int>("kvHeads");
        QTest::addColumn<int>("longest");
        QTest::addColumn<int>("window");
        QTest::addColumn<bool>("paged");
        QTest::addColumn<bool>("slopes");
        for (const int headDim : {64, 80, 96, 128, 160, 192, 256})
            QTest::addRow("head dim %d", headDim) << headDim << 8 << 2 << 300 << 0 << false << false;
        QTest::newRow("one head each") << 64 << 5 << 5 << 100 << 0 << false << false;
        QTest::newRow("many heads share") << 64 << 37 << 1 << 200 << 0 << false << false;
        QTest::newRow("long") << 128 << 8 << 2 << 5000 << 0 << false << false;
        QTest::newRow("window") << 128 << 8 << 2 << 1000 << 100 << false << false;
        QTest::newRow("window of one") << 64 << 4 << 2 << 200 << 1 << false << false;
        QTest::newRow("paged") << 128 << 8 << 2 << 700 << 0 << true << false;
        QTest::newRow("paged window") << 64 << 8 << 8 << 900 << 333 << true << false;
        QTest::newRow("slopes") << 64 << 8 << 8 << 500 << 0 << false << true;
        QTest::newRow("slopes, shared, paged") << 80 << 6 << 3 << 450 << 0 << true << true;
    }

    void attention() {
        QFETCH(int, headDim);
        QFETCH(int, heads);
        QFETCH(int, kvHeads);
        QFETCH(int, longest);
        QFETCH(int, window);
        QFETCH(bool, paged);
        QFETCH(bool, slopes);
        constexpr std::int64_t batch = 4, pageSize = 16;
        const std::vector<std::int32_t> lengths = {longest, 1, longest / 2 + 3, 0};
        const std::int64_t pages = (longest + pageSize - 1) / pageSize, pageElements = pageSize * kvHeads * headDim;
        std::vector<std::int32_t> table;
        for (std::int64_t i = 0; i < batch * pages; ++i)
            table.push_back(std::int32_t((i * 7 + 3) % (batch * pages)));
        const std::vector<float> slope = randomFloats(heads, 12, 0.001f, 0.1f);
        for (const DType type : {DType::float16, DType::bfloat16}) {
            const std::int64_t cacheSize = batch * pages * pageElements;
            const Tensor query = randomTensor(type, batch * heads * headDim, 13),
                         keys = randomTensor(type, cacheSize, 14), values = randomTensor(type, cacheSize, 15);
            Tensor output(type, query.size()), deviceOutput = output;
            DecodeAttentionArgs args;
            args.type = type;
            args.batch = batch;
            args.heads = heads;
            args.kvHeads = kvHeads;
            args.headDim = headDim;
            args.scale = 1.0f / std::sqrt(float(headDim));
            args.query = query.data();
            args.keys = keys.data();
            args.values = values.data();
            args.tokenStride = kvHeads * headDim;
            args.headStride = headDim;
            args.batchStride = pages * pageElements;
            if (paged) {
                args.blockTable = table.data();
                args.blockTableStride = pages;
                args.pageSize = pageSize;
                args.pageStride = pageElements;
            }
            args.lengths = lengths.data();
            args.maxLength = longest;
            args.window = window;
            args.slopes = slopes ? slope.data() : nullptr;
            args.output = output.data();
            QCOMPARE(cpu::decodeAttention(args), Status::ok);
            const DeviceBuffer q(query), k(keys), v(values), l(lengths), t(table), s(slope),
                y = DeviceBuffer::poisoned(output.byteCount()),
                workspace = DeviceBuffer::poisoned(std::size_t(decodeAttentionWorkspace(args)));
            args.query = q.get();
            args.keys = k.get();
            args.values = v.get();
            args.blockTable = paged ? t.get<std::int32_t>() : nullptr;
            args.lengths = l.get<std::int32_t>();
            args.slopes = slopes ? s.get<float>() : nullptr;
            args.output = y.get();
            args.workspace = workspace.get();
            args.workspaceBytes = std::int64_t(workspace.bytes());
            for (const Overlap overlap : {Overlap::no, Overlap::yes}) {
                QCOMPARE(cuda::decodeAttention(args, nullptr, overlap), Status::ok);
                QVERIFY(y.download(deviceOutput));
                const double error = relativeError(deviceOutput, output);
                QVERIFY2(error < 2 * roundingOf(type), qPrintable(QString::number(error)));
            }
        }
    }

    void wrongArgumentsAreRefused() {
        const DeviceBuffer memory(1 << 16);
        DecodeAttentionArgs attention;
        attention.batch = attention.kvHeads = attention.maxLength = 1;
        attention.heads = 3;
        attention.headDim = 72;
        attention.query = attention.keys = attention.values = memory.get();
        attention.lengths = memory.get<std::int32_t>();
        attention.output = attention.workspace = memory.get();
        attention.tokenStride = attention.headStride = 72;
        attention.workspaceBytes = decodeAttentionWorkspace(attention);
        QCOMPARE(cuda::decodeAttention(attention, nullptr), Status::badShape); // head dim 72
        attention.kvHeads = 2;
        QCOMPARE(cuda::decodeAttention(attention, nullptr), Status::badShape); // 3 heads over 2
        QVERIFY(synchronizeDevice());
    }
};

QTEST_GUILESS_MAIN(CudaAttentionTest)
#include "cuda_attention_test.moc"
