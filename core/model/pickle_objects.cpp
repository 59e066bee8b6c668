// SPDX-License-Identifier: GPL-3.0-or-later
// The few Python objects a torch file may hold: tensors, parameters, storages, OrderedDict, Size, device.
#include <array>
#include <limits>
#include <optional>

#include "core/error.h"
#include "core/model/pickle_node.h"

namespace awq::core {
namespace {

using Kind = PickleNode::Kind;

constexpr std::size_t mostDimensions = 64; // PyTorch's own limit

constexpr std::array<std::pair<std::string_view, DType>, 10> storageTypes{{
    {"torch.DoubleStorage", DType::F64},
    {"torch.FloatStorage", DType::F32},
    {"torch.HalfStorage", DType::F16},
    {"torch.BFloat16Storage", DType::BF16},
    {"torch.LongStorage", DType::I64},
    {"torch.IntStorage", DType::I32},
    {"torch.ShortStorage", DType::I16},
    {"torch.CharStorage", DType::I8},
    {"torch.ByteStorage", DType::U8},
    {"torch.BoolStorage", DType::Bool},
}};

std::optional<DType> storageType(const std::string& global) {
    for (const auto& [name, dtype] : storageTypes)
        if (name == global)
            return dtype;
    return std::nullopt;
}

const PickleNode& argument(const PickleNode& arguments, std::size_t index, Kind kind, const char* what,
                           const PicklePlace& place) {
    if (index >= arguments.items.size() || arguments.items[index]->kind != kind)
        place.refuse(std::string("an object lacks its ") + what);
    return *arguments.items[index];
}

std::vector<std::int64_t> nonNegatives(const PickleNode& tuple, const char* what, const PicklePlace& place) {
    if (tuple.items.size() > mostDimensions)
        place.refuse("a tensor has " + std::to_string(tuple.items.size()) + " dimensions");
    std::vector<std::int64_t> values;
    for (const PickleNode* item : tuple.items) {
        if (item->kind != Kind::integer || item->integer < 0)
            place.refuse(std::string("a tensor's ") + what + " are not non-negative integers");
        values.push_back(item->integer);
    }
    return values;
}

bool isRowMajor(const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& strides) {
    std::int64_t expected = 1;
    for (std::size_t d = shape.size(); d-- > 0;) {
        if (shape[d] != 1 && strides[d] != expected)
            return false;
        expected *= shape[d];
    }
    return true;
}

// The index of the last element, or nothing on overflow.
std::optional<std::int64_t> lastElement(std::int64_t offset, const TensorInfo& info) {
    std::int64_t last = offset, step = 0;
    for (std::size_t d = 0; d < info.shape.size(); ++d)
        if (__builtin_mul_overflow(info.shape[d] - 1, info.strides[d], &step) ||
            __builtin_add_overflow(last, step, &last))
            return std::nullopt;
    return last;
}

// torch._utils._rebuild_tensor_v2(storage, offset, sizes, strides, requires_grad, hooks[, metadata])
void rebuildTensor(const PickleNode& arguments, PickleNode& result, const PicklePlace& place) {
    const PickleNode& storage = argument(arguments, 0, Kind::storage, "storage", place);
    const std::int64_t offset = argument(arguments, 1, Kind::integer, "storage offset", place).integer;
    TensorInfo info{{}, storage.dtype, {}, place.file, 0, 0, {}};
    info.shape = nonNegatives(argument(arguments, 2, Kind::tuple, "sizes", place), "sizes", place);
    info.strides = nonNegatives(argument(arguments, 3, Kind::tuple, "strides", place), "strides", place);
    if (info.shape.size() != info.strides.size())
        place.refuse("a tensor has " + std::to_string(info.shape.size()) + " sizes but " +
                     std::to_string(info.strides.size()) + " strides");
    const std::int64_t count = elementCount(info.shape, tensorPlace(place.file, {}, place.offset));
    const auto last = lastElement(offset, info);
    if (offset < 0 || (count > 0 && (!last || *last >= storage.integer)))
        place.refuse("a tensor of shape " + shapeText(info.shape) + " reaches beyond its storage of " +
                     std::to_string(storage.integer) + " elements");
    if (count > storage.integer)
        place.refuse("a tensor of shape " + shapeText(info.shape) + " repeats its storage of " +
                         std::to_string(storage.integer) + " elements",
                     "make the tensor contiguous and save it again");
    info.bytes = std::uint64_t(count) * sizeOf(info.dtype);
    info.offset = storage.bytes.offset + (count > 0 ? std::uint64_t(offset) * sizeOf(info.dtype) : 0);
    if (count == 0 || isRowMajor(info.shape, info.strides))
        info.strides.clear();
    result.kind = Kind::tensor;
    result.tensor = std::make_unique<TensorInfo>(std::move(info));
}

// torch._utils._rebuild_parameter(tensor, requires_grad, hooks)
void rebuildParameter(const PickleNode& arguments, PickleNode& result, const PicklePlace& place) {
    const PickleNode& tensor = argument(arguments, 0, Kind::tensor, "tensor", place);
    result.kind = Kind::tensor;
    result.tensor = std::make_unique<TensorInfo>(*tensor.tensor);
}

// collections.OrderedDict(); its items follow as SETITEMS
void makeOrderedDict(const PickleNode& arguments, PickleNode& result, const PicklePlace& place) {
    if (!arguments.items.empty())
        place.refuse("an OrderedDict is made from arguments");
    result.kind = Kind::dict;
}

void makeSize(const PickleNode& arguments, PickleNode& result, const PicklePlace& place) {
    result.kind = Kind::tuple;
    const PickleNode& sizes = argument(arguments, 0, Kind::tuple, "sizes", place);
    if (sizes.items.size() > mostDimensions)
        place.refuse("a torch.Size has " + std::to_string(sizes.items.size()) + " dimensions");
    result.items = sizes.items;
}

void makeDevice(const PickleNode& arguments, PickleNode& result, const PicklePlace& place) {
    result.kind = Kind::text;
    result.text = argument(arguments, 0, Kind::text, "device name", place).text;
}

struct Callable {
    std::string_view name;
    void (*call)(const PickleNode& arguments, PickleNode& result, const PicklePlace& place);
};
constexpr std::array<Callable, 5> callables{{
    {"torch._utils._rebuild_tensor_v2", rebuildTensor},
    {"torch._utils._rebuild_parameter", rebuildParameter},
    {"collections.OrderedDict", makeOrderedDict},
    {"torch.Size", makeSize},
    {"torch.device", makeDevice},
}};

const Callable* findCallable(const std::string& name) {
    for (const Callable& callable : callables)
        if (callable.name == name)
            return &callable;
    return nullptr;
}

} // namespace

void PicklePlace::refuse(const std::string& what, const std::string& hint) const {
    const std::string name = near.empty() ? "" : ", near '" + near + "'";
    badInput(what, file.string() + name + ", data.pkl, offset " + std::to_string(offset), hint);
}

bool isAllowedGlobal(const std::string& name) {
    return findCallable(name) || storageType(name);
}

void callGlobal(const PickleNode& global, const PickleNode& arguments, PickleNode& result, const PicklePlace& place) {
    const Callable* callable = global.kind == Kind::global ? findCallable(global.text) : nullptr;
    if (!callable || arguments.kind != Kind::tuple)
        place.refuse("the pickle calls something that cannot be called");
    callable->call(arguments, result, place);
}

void openStorage(const PickleNode& id, PickleNode& result, const StorageLookup& storages, const PicklePlace& place) {
    if (id.kind != Kind::tuple || argument(id, 0, Kind::text, "kind", place).text != "storage")
        place.refuse("the pickle refers to something that is not a tensor storage");
    const std::string& type = argument(id, 1, Kind::global, "storage type", place).text;
    const auto dtype = storageType(type);
    if (!dtype)
        place.refuse("'" + type + "' is not a storage type");
    const std::string& key = argument(id, 2, Kind::text, "storage key", place).text;
    const std::int64_t elements = argument(id, 4, Kind::integer, "element count", place).integer;
    const auto bytes = storages(key);
    if (elements < 0 || elements > std::numeric_limits<std::int64_t>::max() / 8)
        place.refuse("storage '" + key + "' claims " + std::to_string(elements) + " elements");
    if (!bytes && elements > 0)
        place.refuse("the archive has no entry data/" + key + " for a tensor storage");
    const std::uint64_t needed = std::uint64_t(elements) * sizeOf(*dtype);
    if (bytes && bytes->bytes != needed)
        place.refuse("storage '" + key + "' needs " + std::to_string(needed) + " bytes, its entry has " +
                     std::to_string(bytes->bytes));
    result.kind = Kind::storage;
    result.integer = elements;
    result.dtype = *dtype;
    result.bytes = bytes.value_or(StorageBytes{});
}

} // namespace awq::core
