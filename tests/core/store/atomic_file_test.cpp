// SPDX-License-Identifier: GPL-3.0-or-later
// Files appear whole or not at all, and a full disk says how much is missing.
#include <QTemporaryDir>
#include <QtTest>

#include <fstream>
#include <iterator>

#include "core/store/atomic_file.h"
#include "tests/support/expect_error.h"
#include "tests/support/small_disk.h"

using namespace awq::core;
namespace fs = std::filesystem;

namespace {

std::string contentsOf(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

int entriesOf(const fs::path& folder) {
    return int(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

} // namespace

class AtomicFileTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_temporary;
    fs::path path(const char* name) const { return fs::path(m_temporary.path().toStdString()) / name; }

private slots:
    void committedFilesReplaceOldOnes() {
        writeFileAtomically(path("a"), "old");
        AtomicFile file(path("a"));
        file.write("new ");
        file.write("text");
        QCOMPARE(contentsOf(path("a")), std::string("old"));
        QCOMPARE(file.bytesWritten(), std::int64_t(8));
        file.commit();
        QCOMPARE(contentsOf(path("a")), std::string("new text"));
        QVERIFY(!fs::exists(path("a.partial")));
    }

    void abandonedFilesLeaveNothing() {
        const fs::path folder = path("abandoned");
        fs::create_directory(folder);
        {
            AtomicFile file(folder / "a");
            file.write("half");
        }
        QCOMPARE(entriesOf(folder), 0);
    }

    void leftoversOfAKilledRunAreReused() {
        std::ofstream(path("b.partial")) << "a longer text left behind";
        writeFileAtomically(path("b"), "short");
        QCOMPARE(contentsOf(path("b")), std::string("short"));
        QVERIFY(!fs::exists(path("b.partial")));
    }

    void missingFolderIsNamed() {
        AWQ_EXPECT_ERROR(writeFileAtomically(path("missing/a"), "x"), ErrorCode::badInput, "No such file or directory");
        AWQ_EXPECT_ERROR(writeFileAtomically(path("missing/a"), "x"), ErrorCode::badInput, path("missing/a").string());
    }

    void fullDiskSaysWhatIsMissingAndLeavesNothing() {
        const auto disk = awq::test::SmallDisk::mount(path("disk"), 1 << 20);
        if (!disk)
            QSKIP("skipped: mounting a small disk needs root");
        const std::string megabyte(1 << 20, 'x');
        const auto fill = [&] {
            AtomicFile file(disk->folder() / "big", 4 << 20);
            for (int i = 0; i < 4; ++i)
                file.write(megabyte);
            file.commit();
        };
        AWQ_EXPECT_ERROR(fill(), ErrorCode::noResources,
                         "the disk is full: 3.15 MB missing"); // of 4.19 MB, 1.05 MB fit
        QCOMPARE(entriesOf(disk->folder()), 0);
    }

    void freeSpaceOfAFolderThatIsNotThereYetIsItsParents() {
        QVERIFY(freeDiskBytes(path("x/y/z")) > 0);
        QVERIFY(freeDiskBytes("relative/nowhere") > 0);
    }
};

QTEST_GUILESS_MAIN(AtomicFileTest)
#include "atomic_file_test.moc"
