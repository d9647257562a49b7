# Warnings hang on an interface target, so that nobody who links dinas_core inherits them.
add_library(dinas_warnings INTERFACE)
target_compile_options(dinas_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # False alarms of g++ 12 inside its own headers when it optimises: std::string (restrict,
  # maybe-uninitialized, stringop-overflow, array-bounds), comparing vectors of bytes
  # (stringop-overread). clang and the sanitizers look for the real ones.
  target_compile_options(dinas_warnings INTERFACE
    -Wno-restrict -Wno-maybe-uninitialized -Wno-array-bounds -Wno-stringop-overflow
    -Wno-stringop-overread)
  if(CMAKE_UNITY_BUILD)  # takes every source for a header
    target_compile_options(dinas_warnings INTERFACE -Wno-subobject-linkage)
  else()  # looks into no header
    target_compile_options(dinas_warnings INTERFACE -Wunused-const-variable=1)
  endif()
endif()
if(DINAS_WARNINGS_AS_ERRORS)
  target_compile_options(dinas_warnings INTERFACE -Werror)
endif()
if(DINAS_SANITIZE)
  add_compile_options(-fsanitize=${DINAS_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${DINAS_SANITIZE})
endif()
