// SPDX-License-Identifier: GPL-3.0-or-later
// awq-cli: the composition root of the terminal program.
#include <cstdio>

#include "core/device.h"

int main() {
    for (const auto& device : awq::core::listDevices())
        std::printf("%s\n", device.name.c_str());
    return 0;
}
