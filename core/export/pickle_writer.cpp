// SPDX-License-Identifier: GPL-3.0-or-later
// Emits pickle opcodes; the forms are those that torch.load and torch::pickle_load accept.
#include "core/export/pickle_writer.h"

#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <type_traits>

#include "core/error.h"

namespace awq::core {
namespace {

constexpr std::array<std::string_view, 10> storageNames{
    "DoubleStorage", "FloatStorage", "HalfStorage", "BFloat16Storage", "LongStorage",
    "IntStorage",    "ShortStorage", "CharStorage", "ByteStorage",     "BoolStorage"}; // in the order of DType

class Pickler {
public:
    std::string finish(const PickleValue& root) {
        m_bytes = "\x80\x02";
        value(root);
        m_bytes += '.';
        return std::move(m_bytes);
    }

private:
    template <typename T>
    void number(T value) {
        char bytes[sizeof value];
        std::memcpy(bytes, &value, sizeof value);
        m_bytes.append(bytes, sizeof value);
    }

    void value(const PickleValue& item) {
        std::visit([this](const auto& held) { write(held); }, item.value);
    }

    void write(std::monostate) { m_bytes += 'N'; }
    void write(bool flag) { m_bytes += flag ? '\x88' : '\x89'; }

    void write(std::int64_t integer) {
        if (integer >= std::numeric_limits<std::int32_t>::min() &&
            integer <= std::numeric_limits<std::int32_t>::max()) {
            m_bytes += 'J';
            number(std::int32_t(integer));
        } else {
            m_bytes += "\x8a\x08"; // LONG1 of eight bytes
            number(integer);
        }
    }

    void write(double real) {
        m_bytes += 'G';
        number(__builtin_bswap64(std::bit_cast<std::uint64_t>(real)));
    }

    void write(const std::string& text) {
        if (text.size() > std::numeric_limits<std::uint32_t>::max())
            throw Error(ErrorCode::internal, "a text is too long to pickle");
        m_bytes += 'X';
        number(std::uint32_t(text.size()));
        m_bytes += text;
    }

    void write(const PickleList& list) {
        m_bytes += ']';
        if (list.empty())
            return;
        m_bytes += '(';
        for (const PickleValue& item : list)
            value(item);
        m_bytes += 'e';
    }

    void write(const PickleTuple& tuple) {
        m_bytes += '(';
        for (const PickleValue& item : tuple.items)
            value(item);
        m_bytes += 't';
    }

    void write(const PickleDict& dict) {
        m_bytes += '}';
        if (dict.empty())
            return;
        m_bytes += '(';
        for (const PickleEntry& entry : dict) {
            value(entry.key);
            value(entry.value);
        }
        m_bytes += 'u';
    }

    void global(std::string_view module, std::string_view name) {
        m_bytes += 'c';
        m_bytes += module;
        m_bytes += '\n';
        m_bytes += name;
        m_bytes += '\n';
    }

    void numbers(const std::vector<std::int64_t>& values) {
        m_bytes += '(';
        for (const std::int64_t item : values)
            write(item);
        m_bytes += 't';
    }

    // torch._utils._rebuild_tensor_v2(storage, 0, sizes, strides, False, OrderedDict())
    void write(const TensorInfo& tensor) {
        std::vector<std::int64_t> strides(tensor.shape.size());
        std::int64_t count = 1;
        for (std::size_t d = strides.size(); d-- > 0;) {
            strides[d] = count;
            count *= tensor.shape[d];
        }
        global("torch._utils", "_rebuild_tensor_v2");
        m_bytes += "((";
        write(std::string("storage"));
        global("torch", storageNames[std::size_t(tensor.dtype)]);
        write(tensor.name);
        write(std::string("cpu"));
        write(count);
        m_bytes += "tQ";
        write(std::int64_t(0));
        numbers(tensor.shape);
        numbers(strides);
        m_bytes += '\x89';
        global("collections", "OrderedDict");
        m_bytes += ")RtR";
    }

    std::string m_bytes;
};

} // namespace

std::string writePickle(const PickleValue& value) {
    return Pickler().finish(value);
}

} // namespace awq::core
