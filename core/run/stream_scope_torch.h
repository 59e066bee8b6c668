// SPDX-License-Identifier: GPL-3.0-or-later
// A GPU stream of one's own as torch's current one, while the object lives.
#pragma once

#include <c10/core/impl/VirtualGuardImpl.h>

#include "core/tensor.h"

namespace awq::core {

class StreamScope {
public:
    // Waits for what the current stream still does.
    explicit StreamScope(const at::Device& device)
        : m_guard(device.type()), m_before(m_guard.getStream(device)),
          m_stream(m_guard.getStreamFromGlobalPool(device)) {
        m_before.synchronize();
        m_guard.exchangeStream(m_stream);
    }
    ~StreamScope() { m_guard.exchangeStream(m_before); }
    StreamScope(const StreamScope&) = delete;
    StreamScope& operator=(const StreamScope&) = delete;

    void synchronize() const { m_stream.synchronize(); }

private:
    c10::impl::VirtualGuardImpl m_guard;
    c10::Stream m_before, m_stream;
};

} // namespace awq::core
