// SPDX-License-Identifier: GPL-3.0-or-later
// A stack machine for the pickle opcodes that torch.save emits.
#include "core/model/pickle_reader.h"

#include <bit>
#include <cstring>
#include <unordered_map>

#include "core/error.h"
#include "core/model/pickle_node.h"

namespace awq::core {
namespace {

using Node = PickleNode;
using Kind = PickleNode::Kind;

constexpr int deepest = 100;                  // nesting of containers
constexpr std::size_t mostValues = 4'000'000; // 250,000 tensors

bool isUtf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const std::size_t length = lead < 0x80                   ? 1
                                   : lead >= 0xc2 && lead < 0xe0 ? 2
                                   : lead >= 0xe0 && lead < 0xf0 ? 3
                                   : lead >= 0xf0 && lead < 0xf5 ? 4
                                                                 : 0;
        if (length == 0 || length > text.size() - i)
            return false;
        for (std::size_t k = 1; k < length; ++k)
            if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80)
                return false;
        i += length;
    }
    return true;
}

class Machine {
public:
    Machine(std::span<const std::byte> pickle, const std::filesystem::path& file, const StorageLookup& storages)
        : m_pickle(pickle), m_place{file, 0, {}}, m_storages(storages) {}

    const Node& run() {
        while (step())
            ;
        if (m_stack.size() != 1 || !m_marks.empty())
            m_place.refuse("the pickle ends with more or less than one value");
        return *m_stack.back();
    }

    const PicklePlace& place() const { return m_place; }

private:
    // Executes one opcode; false at STOP.
    bool step() {
        m_place.offset = m_next;
        const auto opcode = read<std::uint8_t>();
        switch (opcode) {
        case 0x80:
            protocol();
            break;
        case '.':
            return false;
        case '}':
            make(Kind::dict);
            break;
        case ']':
            make(Kind::list);
            break;
        case ')':
            make(Kind::tuple);
            break;
        case '(':
            m_marks.push_back(m_stack.size());
            break;
        case 't':
            tuple(takeMarked());
            break;
        case 0x85:
            tuple(take(1));
            break;
        case 0x86:
            tuple(take(2));
            break;
        case 0x87:
            tuple(take(3));
            break;
        case 'X':
            text(read<std::uint32_t>());
            break;
        case 'K':
            integer(read<std::uint8_t>());
            break;
        case 'M':
            integer(read<std::uint16_t>());
            break;
        case 'J':
            integer(read<std::int32_t>());
            break;
        case 0x8a:
            integer(readLong());
            break;
        case 0x88:
            make(Kind::boolean).integer = 1;
            break;
        case 0x89:
            make(Kind::boolean);
            break;
        case 'N':
            make(Kind::none);
            break;
        case 'G':
            make(Kind::real).real = std::bit_cast<double>(__builtin_bswap64(read<std::uint64_t>()));
            break;
        case 'c':
            global();
            break;
        case 'R':
            reduce();
            break;
        case 'b':
            build();
            break;
        case 'Q':
            storage();
            break;
        case 'q':
            remember(read<std::uint8_t>());
            break;
        case 'r':
            remember(read<std::uint32_t>());
            break;
        case 'h':
            recall(read<std::uint8_t>());
            break;
        case 'j':
            recall(read<std::uint32_t>());
            break;
        case 'a':
            extend(take(1), Kind::list);
            break;
        case 'e':
            extend(takeMarked(), Kind::list);
            break;
        case 's':
            extend(take(2), Kind::dict);
            break;
        case 'u':
            extend(takeMarked(), Kind::dict);
            break;
        default:
            unknown(opcode);
        }
        return true;
    }

    std::span<const std::byte> readBytes(std::size_t count) {
        if (count > m_pickle.size() - m_next)
            m_place.refuse("truncated: the pickle ends inside an instruction");
        m_next += count;
        return m_pickle.subspan(m_next - count, count);
    }

    template <typename T>
    T read() {
        T value{};
        std::memcpy(&value, readBytes(sizeof value).data(), sizeof value);
        return value;
    }

    // LONG1: a byte count and that many bytes of little-endian two's complement.
    std::int64_t readLong() {
        const auto bytes = readBytes(read<std::uint8_t>());
        if (bytes.size() > 8)
            m_place.refuse("an integer of " + std::to_string(bytes.size()) + " bytes is out of range");
        const bool negative = !bytes.empty() && (bytes.back() & std::byte{0x80}) != std::byte{0};
        std::int64_t value = negative ? -1 : 0;
        std::memcpy(&value, bytes.data(), bytes.size());
        return value;
    }

    std::string readLine() {
        std::string line;
        for (char c = read<char>(); c != '\n'; c = read<char>())
            line += c;
        return line;
    }

    Node& make(Kind kind) {
        if (m_arena.size() == mostValues)
            m_place.refuse("the pickle makes more than " + std::to_string(mostValues) + " values",
                           "do not trust this file; fetch it from its publisher");
        Node& node = m_arena.emplace_back();
        node.kind = kind;
        m_stack.push_back(&node);
        return node;
    }

    void protocol() {
        if (const int version = read<std::uint8_t>(); version != 2)
            m_place.refuse("pickle protocol " + std::to_string(version) + " is not read; torch.save writes protocol 2",
                           "save the file again with torch.save and its default protocol");
    }

    void integer(std::int64_t value) { make(Kind::integer).integer = value; }

    void text(std::size_t length) {
        const auto bytes = readBytes(length);
        const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        if (!isUtf8(text))
            m_place.refuse("a text is not valid UTF-8");
        make(Kind::text).text = text;
    }

    // The topmost values, removed from the stack; values below the last mark are out of reach.
    std::vector<Node*> take(std::size_t count) {
        if (m_stack.size() - (m_marks.empty() ? 0 : m_marks.back()) < count)
            m_place.refuse("the pickle takes a value that is not there");
        std::vector<Node*> taken(m_stack.end() - std::ptrdiff_t(count), m_stack.end());
        m_stack.resize(m_stack.size() - count);
        return taken;
    }

    std::vector<Node*> takeMarked() {
        if (m_marks.empty())
            m_place.refuse("the pickle closes a list that it did not open");
        std::vector<Node*> taken = take(m_stack.size() - m_marks.back());
        m_marks.pop_back();
        return taken;
    }

    Node& top() {
        if (m_stack.size() == (m_marks.empty() ? 0 : m_marks.back()))
            m_place.refuse("the pickle uses a value that is not there");
        return *m_stack.back();
    }

    void tuple(const std::vector<Node*>& items) { make(Kind::tuple).items.assign(items.begin(), items.end()); }

    void extend(const std::vector<Node*>& items, Kind kind) {
        Node& container = top();
        if (container.kind != kind || (kind == Kind::dict && items.size() % 2 != 0))
            m_place.refuse("the pickle adds items to something that is not a list or dict");
        container.items.insert(container.items.end(), items.begin(), items.end());
    }

    void global() {
        const std::string module = readLine();
        const std::string name = module + "." + readLine();
        if (!isAllowedGlobal(name))
            m_place.refuse(
                "the pickle asks for the Python object '" + name + "', which is not needed to hold tensors",
                "the file may run code when Python opens it: do not trust it; get the weights as safetensors, or save "
                "model.state_dict() alone");
        make(Kind::global).text = name;
    }

    // The nearest text on the stack is the name that the object under construction will get.
    void noteName() {
        for (std::size_t i = m_stack.size(), seen = 0; i-- > 0 && seen < 4; ++seen)
            if (m_stack[i]->kind == Kind::text) {
                m_place.near = m_stack[i]->text;
                return;
            }
    }

    void storage() {
        const auto id = take(1);
        noteName();
        openStorage(*id[0], make(Kind::storage), m_storages, m_place);
    }

    void reduce() {
        const auto call = take(2);
        noteName();
        callGlobal(*call[0], *call[1], make(Kind::none), m_place);
    }

    // BUILD sets attributes; only an OrderedDict's (a module's "_metadata") occur, and they are not needed.
    void build() {
        take(1);
        if (top().kind != Kind::dict)
            m_place.refuse("the pickle sets attributes of something that is not an OrderedDict");
    }

    void remember(std::uint32_t id) { m_memo[id] = &top(); }

    void recall(std::uint32_t id) {
        const auto found = m_memo.find(id);
        if (found == m_memo.end())
            m_place.refuse("the pickle recalls value " + std::to_string(id) + ", which it never stored");
        m_stack.push_back(found->second);
    }

    [[noreturn]] void unknown(int opcode) {
        constexpr const char* digits = "0123456789abcdef";
        m_place.refuse(std::string("pickle opcode 0x") + digits[opcode >> 4] + digits[opcode & 15] +
                           " does not occur in files of torch.save",
                       "the file is damaged, or was not written by torch.save");
    }

    std::span<const std::byte> m_pickle;
    std::size_t m_next = 0;
    PicklePlace m_place;
    const StorageLookup& m_storages;
    std::deque<Node> m_arena;
    std::vector<Node*> m_stack;
    std::vector<std::size_t> m_marks; // stack sizes
    std::unordered_map<std::uint32_t, Node*> m_memo;
};

// Turns shared nodes into a tree. Values may share parts, so depth and total size are bounded: cycles and bombs end
// here.
class Tree {
public:
    explicit Tree(const PicklePlace& place) : m_place(place) {}

    PickleValue value(const Node& node, int depth = 0) {
        spend(16 + node.text.size());
        if (depth > deepest)
            m_place.refuse("values are nested deeper than " + std::to_string(deepest) + " levels");
        switch (node.kind) {
        case Kind::none:
            return {};
        case Kind::boolean:
            return {node.integer != 0};
        case Kind::integer:
            return {node.integer};
        case Kind::real:
            return {node.real};
        case Kind::text:
            return {node.text};
        case Kind::list:
            return {items(node, depth)};
        case Kind::tuple:
            return {PickleTuple{items(node, depth)}};
        case Kind::dict:
            return {entries(node, depth)};
        case Kind::tensor:
            return {*node.tensor};
        case Kind::global:
        case Kind::storage:
            break;
        }
        m_place.refuse("the pickle holds a bare type or storage, not a tensor");
    }

private:
    void spend(std::size_t cost) {
        if (cost > m_budget)
            m_place.refuse("the values expand far beyond the size of the file",
                           "do not trust this file; fetch it from its publisher");
        m_budget -= cost;
    }

    PickleList items(const Node& node, int depth) {
        PickleList list;
        for (const Node* item : node.items)
            list.push_back(value(*item, depth + 1));
        return list;
    }

    PickleDict entries(const Node& node, int depth) {
        PickleDict dict;
        for (std::size_t i = 0; i + 1 < node.items.size(); i += 2)
            dict.push_back({value(*node.items[i], depth + 1), value(*node.items[i + 1], depth + 1)});
        return dict;
    }

    const PicklePlace& m_place;
    std::size_t m_budget = 16 * mostValues; // bytes, roughly
};

} // namespace

PickleValue readPickle(std::span<const std::byte> pickle, const std::filesystem::path& file,
                       const StorageLookup& storages) {
    Machine machine(pickle, file, storages);
    const Node& root = machine.run();
    return Tree(machine.place()).value(root);
}

} // namespace awq::core
