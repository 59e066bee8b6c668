# Sets AWQ_CUDA and, when it is on, the CUDA compiler and architectures. Runs before project().
# The toolkit of AWQ_DEPS_DIR is taken when it is there; else CMake's own search (PATH, CUDACXX) decides.
set(AWQ_CUDA OFF)
if(NOT AWQ_WITH_CUDA STREQUAL "OFF")
  set(_toolkit "${AWQ_DEPS_DIR}/nvidia/cu13")
  if(NOT CMAKE_CUDA_COMPILER)
    if(EXISTS "${_toolkit}/bin/nvcc")
      set(CMAKE_CUDA_COMPILER "${_toolkit}/bin/nvcc" CACHE FILEPATH "CUDA compiler")
      set(CUDAToolkit_ROOT "${_toolkit}" CACHE PATH "CUDA Toolkit")
    else()
      find_program(CMAKE_CUDA_COMPILER nvcc)
    endif()
  endif()
  if(CMAKE_CUDA_COMPILER)
    set(AWQ_CUDA ON)
  elseif(AWQ_WITH_CUDA STREQUAL "ON")
    message(FATAL_ERROR "AWQ_WITH_CUDA is ON but no nvcc was found: run packaging/setup.sh or put nvcc on the PATH")
  endif()
endif()
# Kernel sources choose their own architectures (kernels/CMakeLists.txt); this is the default for the rest.
set(CMAKE_CUDA_ARCHITECTURES 80-virtual)
set(CMAKE_CUDA_STANDARD 17)   # CMake 3.25 does not know CUDA20
set(CMAKE_CUDA_STANDARD_REQUIRED ON)
