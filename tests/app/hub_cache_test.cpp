// SPDX-License-Identifier: GPL-3.0-or-later
// The Hugging Face cache: where it is looked for, which snapshot counts, and what is offered from it.
#include <QtTest>

#include <QAbstractItemModelTester>
#include <QTemporaryDir>

#include "app/hub_models_model.h"
#include "app/number_text.h"
#include "core/error.h"
#include "tests/support/files.h"
#include "tests/support/tiny_outline.h"

using namespace awq;

namespace {

// A fake of the header reader: the folder of the config says what the model is.
app::ModelInfo openFake(const std::filesystem::path& path) {
    const std::string config = test::readFile(path / "config.json");
    if (config == "vision")
        core::badInput("architecture not known", path.string(), "");
    app::ModelInfo info;
    info.outline = test::tinyOutline(2);
    info.bytes = 8'400'000;
    info.parameters = 4'200'000;
    if (config == "packed")
        info.quantizedAs = "awq-gemm";
    return info;
}

class Cache {
public:
    QString folder() const { return m_dir.filePath("hub"); }

    // As the hub's tools lay it out: the snapshot's file links to a blob.
    QString add(const std::string& repository, const std::string& commit, const std::string& config) const {
        const std::filesystem::path root = (folder() + "/models--").toStdString() + repository;
        test::writeFile(root / "blobs" / commit, config);
        std::filesystem::create_directories(root / "snapshots" / commit);
        std::filesystem::create_symlink("../../blobs/" + commit, root / "snapshots" / commit / "config.json");
        return QString::fromStdString((root / "snapshots" / commit).string());
    }

    void refer(const std::string& repository, const std::string& text) const {
        test::writeFile((folder() + "/models--").toStdString() + repository + "/refs/main", text);
    }

private:
    QTemporaryDir m_dir;
};

} // namespace

class HubCacheTest : public QObject {
    Q_OBJECT

private slots:
    void cleanup() {
        for (const char* name : {"HF_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME"})
            qunsetenv(name);
    }

    void theFolderIsWhereTheHubsToolsKeepIt() {
        cleanup();
        QCOMPARE(app::hubCacheFolder(), QDir::home().filePath(".cache/huggingface/hub"));
        qputenv("XDG_CACHE_HOME", "/xdg");
        QCOMPARE(app::hubCacheFolder(), QString("/xdg/huggingface/hub"));
        qputenv("HF_HOME", "/big disk/hf");
        QCOMPARE(app::hubCacheFolder(), QString("/big disk/hf/hub"));
        qputenv("HF_HUB_CACHE", "/elsewhere/cache");
        QCOMPARE(app::hubCacheFolder(), QString("/elsewhere/cache"));
    }

    void onlyWhatCanBeQuantizedIsOffered() {
        const Cache cache;
        cache.add("acme--tiny", "0aaa", "float");
        const QString current = cache.add("acme--tiny", "1bbb", "float");
        cache.refer("acme--tiny", "1bbb\n");
        cache.add("acme--packed", "2ccc", "packed");
        cache.refer("acme--packed", "2ccc");
        cache.add("acme--vision", "3ddd", "vision");
        cache.refer("acme--vision", "3ddd");
        cache.add("acme--pinned", "4eee", "float"); // fetched by commit: no branch names it
        cache.refer("acme--lost", "5fff");          // the snapshot was deleted
        const QString single = cache.add("gpt", "6aaa", "float");
        cache.refer("gpt", "6aaa");
        QDir().mkpath(cache.folder() + "/datasets--acme--text/snapshots");

        const std::vector<app::HubModel> models = app::findHubModels(cache.folder(), openFake);
        QCOMPARE(models.size(), std::size_t(2));
        QCOMPARE(models[0].name, QString("acme/tiny"));
        QCOMPARE(models[0].folder, current);
        QCOMPARE(models[0].bytes, qint64(8'400'000));
        QCOMPARE(models[1].name, QString("gpt"));
        QCOMPARE(models[1].folder, single);
    }

    void noCacheIsNoError() {
        QVERIFY(app::findHubModels("/nowhere/at/all", openFake).empty());
        app::HubModelsModel none({}, openFake);
        none.refresh();
        QCOMPARE(none.rowCount(), 0);
    }

    void theListSaysNameSizeAndPlace() {
        const Cache cache;
        const QString folder = cache.add("acme--tiny", "1bbb", "float");
        cache.refer("acme--tiny", "1bbb");
        app::HubModelsModel model(cache.folder(), openFake);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.refresh();
        QTRY_COMPARE(model.rowCount(), 1);
        const QModelIndex row = model.index(0, 0);
        QCOMPARE(row.data().toString(), QString("acme/tiny"));
        QCOMPARE(row.data(app::PathRole).toString(), folder);
        QVERIFY(row.data(app::DetailRole).toString().startsWith(app::bytesText(8'400'000)));
        QCOMPARE(row.data(app::KindRole).value<app::FolderKind>(), app::FolderKind::model);
    }
};

QTEST_GUILESS_MAIN(HubCacheTest)
#include "hub_cache_test.moc"
