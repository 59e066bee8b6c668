# The target LibTorch::torch, from AWQ_DEPS_DIR/torch or any LibTorch on CMAKE_PREFIX_PATH.
# Torch's own package file insists on a CUDA compiler and rewrites its flags; the headers and two libraries are all we need.
# libtorch_cuda is not linked: core/device.cpp loads it when a CUDA device is asked for, so that CPU work starts fast and small.
find_path(LIBTORCH_INCLUDE_DIR ATen/Functions.h
  HINTS "${AWQ_DEPS_DIR}/torch" ${CMAKE_PREFIX_PATH} PATH_SUFFIXES include REQUIRED)
get_filename_component(LIBTORCH_DIR "${LIBTORCH_INCLUDE_DIR}" DIRECTORY)
find_library(LIBTORCH_CPU torch_cpu HINTS "${LIBTORCH_DIR}/lib" NO_DEFAULT_PATH REQUIRED)
find_library(LIBTORCH_C10 c10 HINTS "${LIBTORCH_DIR}/lib" NO_DEFAULT_PATH REQUIRED)

add_library(LibTorch::torch INTERFACE IMPORTED)
target_include_directories(LibTorch::torch SYSTEM INTERFACE "${LIBTORCH_INCLUDE_DIR}" "${LIBTORCH_INCLUDE_DIR}/torch/csrc/api/include")
# The CUDA libraries that libtorch_cpu itself needs lie beside it; the linker wants to be shown them, the loader finds them.
file(GLOB _nvidia_library_dirs "${AWQ_DEPS_DIR}/nvidia/*/lib")
list(JOIN _nvidia_library_dirs ":" _nvidia_library_path)
target_link_libraries(LibTorch::torch INTERFACE "${LIBTORCH_CPU}" "${LIBTORCH_C10}")
target_link_options(LibTorch::torch INTERFACE "-Wl,-rpath-link,${LIBTORCH_DIR}/lib:${_nvidia_library_path}")
