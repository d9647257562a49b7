# Every third-party library, found on the system; docs/dependencies.md says why each one.
find_package(Threads REQUIRED)
find_package(ZLIB REQUIRED)
find_package(BZip2 REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(PNG REQUIRED)
find_library(TURBOJPEG_LIBRARY turbojpeg REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(hwy REQUIRED)
find_path(RANDOM123_INCLUDE_DIR Random123/philox.h REQUIRED)
# Used as headers only, with a limit of our own compiled in: its CMake package links the library.
find_path(TOMLPLUSPLUS_INCLUDE_DIR toml++/toml.h REQUIRED)

# Found by hand: oneDNN's CMake package asks for OpenCL as well. Debian's build computes with GNU
# OpenMP, whose number of threads the engine sets.
find_path(DNNL_INCLUDE_DIR dnnl.hpp REQUIRED)
find_library(DNNL_LIBRARY dnnl REQUIRED)
add_library(dinas_onednn INTERFACE)
target_include_directories(dinas_onednn SYSTEM INTERFACE ${DNNL_INCLUDE_DIR})
target_link_libraries(dinas_onednn INTERFACE ${DNNL_LIBRARY} -l:libgomp.so.1)

# DINAS_TORCH: ON uses libtorch where it is installed, REQUIRED stops where it is not, OFF leaves it.
if(DINAS_TORCH STREQUAL "REQUIRED")
  find_package(Torch REQUIRED)
elseif(DINAS_TORCH)
  find_package(Torch QUIET)
  if(NOT Torch_FOUND)
    message(STATUS "libtorch not found: building without dinas-torch, so without the paper profile "
                   "(Debian: apt-get install libtorch-dev libopenblas0-openmp)")
    set(DINAS_TORCH OFF)
  endif()
endif()

if(DINAS_TORCH)
  # libtorch's own flags and include folders, as system headers so that our warnings stay ours.
  # OpenBLAS and OpenMP are linked by name: both are already loaded by libtorch, and the trainer
  # sets their thread counts.
  find_package(OpenMP REQUIRED COMPONENTS CXX)
  add_library(dinas_libtorch INTERFACE)
  target_include_directories(dinas_libtorch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
  target_link_libraries(dinas_libtorch INTERFACE ${TORCH_LIBRARIES} OpenMP::OpenMP_CXX)
  separate_arguments(torch_flags UNIX_COMMAND "${TORCH_CXX_FLAGS}")
  target_compile_options(dinas_libtorch INTERFACE ${torch_flags})
endif()

# Nobody waits for a compiler twice where ccache is installed; it changes no result.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()
