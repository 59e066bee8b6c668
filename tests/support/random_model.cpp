// SPDX-License-Identifier: GPL-3.0-or-later
// Fills the tensors that a family page expects with seeded random values.
#include "tests/support/random_model.h"

#include <cmath>
#include <random>

#include "core/model/families/family_lookup.h"
#include "tests/support/files.h"
#include "tests/support/tensor_file.h"

namespace awq::test {

using namespace core;

namespace {

// Matrices keep the size of what they multiply; norms are near 1, biases near 0.
StoredTensor randomTensor(std::mt19937& random, const TensorShape& shape) {
    const bool isMatrix = shape.shape.size() == 2;
    const double center = !isMatrix && shape.name.ends_with(".weight") ? 1 : 0;
    const double width = isMatrix ? std::sqrt(3.0 / double(shape.shape[1])) : 0.3;
    std::int64_t count = 1;
    for (const std::int64_t size : shape.shape)
        count *= size;
    std::vector<double> values(count);
    for (double& value : values)
        value = center + width * (random() * 0x1p-31 - 1);
    return storedTensor(shape.name, DType::F32, shape.shape, values);
}

} // namespace

std::filesystem::path writeRandomModel(const std::filesystem::path& folder, const std::string& configJson,
                                       std::size_t root) {
    const Config config = Config::read(writeFile(folder / "config.json", configJson));
    const FamilyMatch family = findFamily(config);
    const DecoderSpec spec = withRoot(family.page.read(family.config), family.page.roots.at(root));
    std::mt19937 random(1);
    std::vector<StoredTensor> tensors;
    for (const TensorShape& shape : expectedTensors(spec))
        tensors.push_back(randomTensor(random, shape));
    for (std::size_t block = 0; block < spec.blocks.size(); ++block)
        for (TensorShape shape : expectedTensors(spec.blocks[block])) {
            shape.name = spec.blockPrefix + std::to_string(block) + "." + shape.name;
            tensors.push_back(randomTensor(random, shape));
        }
    writeTensorFile(folder / "model.safetensors", tensors);
    return folder;
}

} // namespace awq::test
