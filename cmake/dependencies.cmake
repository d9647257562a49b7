# Every third-party library, found on the system; docs/dependencies.md says why each one.
find_package(Threads REQUIRED)
find_package(ZLIB REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_path(RANDOM123_INCLUDE_DIR Random123/philox.h REQUIRED)

if(DINAS_TORCH)
  find_package(Torch REQUIRED)
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
