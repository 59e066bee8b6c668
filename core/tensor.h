// SPDX-License-Identifier: GPL-3.0-or-later
// The tensor library as core uses it: ATen only. Precompiled; for .cpp files and *_torch.h headers of the torch rooms alone.
#pragma once

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
