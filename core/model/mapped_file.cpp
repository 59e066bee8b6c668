// SPDX-License-Identifier: GPL-3.0-or-later
// Memory maps of weight files.
#include "core/model/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/error.h"

namespace awq::core {
namespace {

class Descriptor {
public:
    explicit Descriptor(const std::filesystem::path& path) : m_fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
    ~Descriptor() {
        if (m_fd >= 0)
            ::close(m_fd);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return m_fd; }

private:
    int m_fd;
};

void refuseLfsPointer(const MappedFile& file) {
    constexpr std::string_view mark = "version https://git-lfs";
    if (file.size() >= mark.size() && std::memcmp(file.bytes().data(), mark.data(), mark.size()) == 0)
        badInput("the file is a Git LFS pointer, not the weights themselves", file.path().string(),
                 "run 'git lfs pull' in the model folder, or download the file itself");
}

// Calls madvise on the pages that hold [offset, offset + length).
void advise(const MappedFile& file, std::uint64_t offset, std::uint64_t length, int advice) {
    if (length == 0 || offset >= file.size())
        return;
    const std::uint64_t page = std::uint64_t(::sysconf(_SC_PAGESIZE));
    const std::uint64_t begin = offset / page * page;
    const std::uint64_t end = std::min<std::uint64_t>(file.size(), offset + length);
    ::madvise(const_cast<std::byte*>(file.bytes().data() + begin), end - begin, advice);
}

// Copies dimension `dim` of a strided tensor, row-major; `source` points at the current element.
std::byte* copyStrided(const TensorInfo& info, std::size_t dim, const std::byte* source, std::byte* target) {
    const std::size_t size = sizeOf(info.dtype);
    if (dim == info.shape.size()) {
        std::memcpy(target, source, size);
        return target + size;
    }
    const bool run = dim + 1 == info.shape.size() && info.strides[dim] == 1;
    if (run) {
        std::memcpy(target, source, size * std::size_t(info.shape[dim]));
        return target + size * std::size_t(info.shape[dim]);
    }
    for (std::int64_t i = 0; i < info.shape[dim]; ++i)
        target = copyStrided(info, dim + 1, source + std::size_t(i * info.strides[dim]) * size, target);
    return target;
}

} // namespace

MappedFile::MappedFile(std::filesystem::path path, const std::byte* data, std::size_t size)
    : m_path(std::move(path)), m_data(data), m_size(size) {}

MappedFile::~MappedFile() {
    ::munmap(const_cast<std::byte*>(m_data), m_size);
}

std::shared_ptr<const MappedFile> MappedFile::open(const std::filesystem::path& path) {
    const Descriptor descriptor(path);
    struct stat status {};
    if (descriptor.get() < 0 || ::fstat(descriptor.get(), &status) != 0)
        badInput("cannot open the file: " + std::string(std::strerror(errno)), path.string(),
                 "check that the file is there and that you may read it");
    if (!S_ISREG(status.st_mode))
        badInput("not a regular file", path.string(), "give a weight file or a model folder");
    if (status.st_size == 0)
        badInput("the file is empty", path.string(), "fetch it again");
    const auto size = std::size_t(status.st_size);
    void* data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor.get(), 0);
    if (data == MAP_FAILED)
        throw Error(ErrorCode::noResources, "cannot map the file into memory: " + std::string(std::strerror(errno)),
                    path.string(), "raise the limit of address space (ulimit -v) or of maps (vm.max_map_count)");
    auto file = std::make_shared<const MappedFile>(path, static_cast<const std::byte*>(data), size);
    refuseLfsPointer(*file);
    return file;
}

void MappedFile::willNeed(std::uint64_t offset, std::uint64_t length) const {
    advise(*this, offset, length, MADV_WILLNEED);
}

void MappedFile::dontNeed(std::uint64_t offset, std::uint64_t length) const {
    advise(*this, offset, length, MADV_DONTNEED);
}

TensorBytes readTensor(const std::shared_ptr<const MappedFile>& file, const TensorInfo& info) {
    const std::byte* data = file->bytes().data() + info.offset;
    const bool aligned = reinterpret_cast<std::uintptr_t>(data) % sizeOf(info.dtype) == 0;
    if (info.strides.empty() && aligned)
        return {file, {data, info.bytes}, info.dtype, info.shape};
    std::vector<std::byte> copy(info.bytes);
    if (info.strides.empty())
        std::memcpy(copy.data(), data, info.bytes);
    else if (info.bytes > 0)
        copyStrided(info, 0, data, copy.data());
    return ownedTensor(std::move(copy), info.dtype, info.shape);
}

std::uint64_t spannedBytes(const TensorInfo& info) {
    if (info.strides.empty() || info.bytes == 0)
        return info.bytes;
    std::uint64_t last = 0;
    for (std::size_t d = 0; d < info.shape.size(); ++d)
        last += std::uint64_t(info.shape[d] - 1) * std::uint64_t(info.strides[d]);
    return (last + 1) * sizeOf(info.dtype);
}

} // namespace awq::core
