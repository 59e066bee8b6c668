// SPDX-License-Identifier: GPL-3.0-or-later
// The quantization jobs waiting, running and done, as a table that survives the program.
#pragma once

#include <QString>
#include <optional>

#include "app/job.h"
#include "app/table_model.h"

namespace awq::app {

enum class JobState { waiting, running, done, failed, cancelled, interrupted };

struct QueuedJob {
    quint64 id = 0;
    core::QuantizeRequest request;
    JobState state = JobState::waiting;
    QString message; // result or error in one line
};

QString stateText(JobState state);
QString recipeText(const core::Recipe& recipe); // "w4 g128 · awq-gemm"

// Every change is saved at once. A job that was running when the program ended comes back as interrupted.
class JobQueue : public TableModel<QueuedJob> {
public:
    enum ColumnIndex { model, recipe, state, message };

    explicit JobQueue(const QString& file, QObject* parent = nullptr);

    QString notice() const { return m_notice; } // why the saved queue could not be read, or empty

    quint64 add(const core::QuantizeRequest& request);
    std::optional<QueuedJob> nextWaiting() const;
    int find(quint64 id) const; // row, or -1
    void setState(quint64 id, JobState state, const QString& message = {});
    void retry(quint64 id, bool resume); // waits again
    void remove(quint64 id);             // not the running one
    void move(quint64 id, int place);

private:
    void load();
    void save() const;

    QString m_file, m_notice;
    quint64 m_nextId = 1;
};

} // namespace awq::app
