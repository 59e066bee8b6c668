// SPDX-License-Identifier: GPL-3.0-or-later
// {"scale": [(producer, (consumer, ...), tensor [in])], "clip": [(linear, tensor [out, groups, 1])]} in a torch file.
#include "core/export/awq_results.h"

#include "core/error.h"
#include "core/export/torch_zip_writer.h"
#include "core/model/float_values.h"
#include "core/model/torch_zip_file.h"
#include "core/store/atomic_file.h"

namespace awq::core {
namespace {

namespace fs = std::filesystem;

class Reader {
public:
    explicit Reader(const fs::path& path) : m_path(path), m_file(TorchZipFile::open(path)) {}

    AwqResults read() {
        AwqResults results;
        for (const PickleValue& entry : list("scale"))
            results.scales.push_back(scale(tuple(entry)));
        m_entry.clear();
        for (const PickleValue& entry : list("clip"))
            results.clips.push_back(clip(tuple(entry)));
        return results;
    }

private:
    [[noreturn]] void refuse(const std::string& what) const {
        badInput(what + (m_entry.empty() ? "" : " in or after entry '" + m_entry + "'"), m_path.string(),
                 "give a search result file as llm-awq's --dump_awq writes it");
    }

    const PickleList& list(const char* key) const {
        const auto* dict = m_file.root().as<PickleDict>();
        const PickleValue* value = dict ? find(*dict, key) : nullptr;
        const auto* items = value ? value->as<PickleList>() : nullptr;
        if (!items)
            refuse(std::string("there is no list '") + key + "'");
        return *items;
    }

    const PickleTuple& tuple(const PickleValue& value) const {
        if (const auto* found = value.as<PickleTuple>())
            return *found;
        refuse("something else than a tuple");
    }

    template <typename T>
    const T& part(const PickleTuple& tuple, std::size_t index, const char* what) const {
        const T* found = index < tuple.items.size() ? tuple.items[index].as<T>() : nullptr;
        if (!found)
            refuse(std::string("no ") + what);
        return *found;
    }

    std::vector<float> values(const TensorInfo& info) const {
        if (!isFloat(info.dtype))
            refuse("the tensor does not hold floats");
        return toFloats(m_file.read(info));
    }

    AwqScaleEntry scale(const PickleTuple& entry) {
        AwqScaleEntry result{part<std::string>(entry, 0, "name of the producer"), {}, {}};
        m_entry = result.producer;
        const auto& consumers = part<PickleTuple>(entry, 1, "tuple of consumers");
        for (std::size_t i = 0; i < consumers.items.size(); ++i)
            result.consumers.push_back(part<std::string>(consumers, i, "name of a consumer"));
        const auto& tensor = part<TensorInfo>(entry, 2, "tensor of scales");
        if (tensor.shape.size() != 1)
            refuse("the scales have the shape " + shapeText(tensor.shape) + " instead of one dimension");
        result.values = values(tensor);
        return result;
    }

    AwqClipEntry clip(const PickleTuple& entry) {
        AwqClipEntry result{part<std::string>(entry, 0, "name of the linear"), 0, 0, {}};
        m_entry = result.linear;
        const auto& tensor = part<TensorInfo>(entry, 1, "tensor of clip values");
        if (tensor.shape.size() != 3 || tensor.shape[2] != 1)
            refuse("the clip values have the shape " + shapeText(tensor.shape) + " instead of [out, groups, 1]");
        result.rows = tensor.shape[0];
        result.groups = tensor.shape[1];
        result.values = values(tensor);
        return result;
    }

    fs::path m_path;
    TorchZipFile m_file;
    std::string m_entry; // being read
};

PickleValue text(const std::string& value) {
    return {value};
}

PickleList scaleList(const AwqResults& results, DType dtype, TorchZipWriter& writer) {
    PickleList list;
    for (const AwqScaleEntry& entry : results.scales) {
        PickleTuple consumers;
        for (const std::string& consumer : entry.consumers)
            consumers.items.push_back(text(consumer));
        const TensorBytes tensor = fromFloats(entry.values, dtype, {std::int64_t(entry.values.size())});
        list.push_back(
            {PickleTuple{{text(entry.producer), {consumers}, writer.add(dtype, tensor.shape, tensor.bytes)}}});
    }
    return list;
}

PickleList clipList(const AwqResults& results, DType dtype, TorchZipWriter& writer) {
    PickleList list;
    for (const AwqClipEntry& entry : results.clips) {
        const TensorBytes tensor = fromFloats(entry.values, dtype, {entry.rows, entry.groups, 1});
        list.push_back({PickleTuple{{text(entry.linear), writer.add(dtype, tensor.shape, tensor.bytes)}}});
    }
    return list;
}

} // namespace

AwqResults readAwqResults(const fs::path& file) {
    return Reader(file).read();
}

void writeAwqResults(const fs::path& file, const AwqResults& results, DType dtype) {
    const fs::path temporary = file.string() + ".partial";
    fs::remove(temporary);
    {
        TorchZipWriter writer(temporary, file.stem().string());
        PickleDict root;
        root.push_back({text("scale"), {scaleList(results, dtype, writer)}});
        root.push_back({text("clip"), {clipList(results, dtype, writer)}});
        writer.finish({root});
    }
    fs::rename(temporary, file);
    syncFolder(file.has_parent_path() ? file.parent_path() : fs::path("."));
}

} // namespace awq::core
