# Language level, warnings, sanitizers and ccache for every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
# Installed programs find libraries beside them first, then where they were linked from.
set(CMAKE_INSTALL_RPATH "$ORIGIN/../lib")
set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # Precompiled headers are only cacheable with this sloppiness; the base directory lets checkouts in other folders share the cache.
  set(_launcher ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE_PROGRAM})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${_launcher})
  set(CMAKE_CUDA_COMPILER_LAUNCHER ${_launcher})
endif()

add_library(awq_settings INTERFACE)
target_include_directories(awq_settings INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_options(awq_settings INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wno-missing-field-initializers $<$<BOOL:${AWQ_WARNINGS_AS_ERRORS}>:-Werror>>)
if(AWQ_SANITIZE)
  target_compile_options(awq_settings INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fsanitize=${AWQ_SANITIZE} -fno-omit-frame-pointer>)
  target_link_options(awq_settings INTERFACE -fsanitize=${AWQ_SANITIZE})
endif()
