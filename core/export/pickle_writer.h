// SPDX-License-Identifier: GPL-3.0-or-later
// Pickles plain values and tensors (protocol 2) so that torch.load reads them, with weights_only too.
#pragma once

#include <string>

#include "core/model/pickle_value.h"

namespace awq::core {

// A tensor's TensorInfo gives type and shape; its name is the key of its storage, which it fills from the start.
std::string writePickle(const PickleValue& value);

} // namespace awq::core
