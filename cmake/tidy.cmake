# Target "tidy": clang-tidy on every source that is built, after the targets are known. It parses as
# clang does and reports clang's own warnings too, so nothing has to be compiled beside it. A source
# is looked at again when it or any header has changed.
file(GLOB_RECURSE headers CONFIGURE_DEPENDS src/*.h tests/*.h)
set(sources)
foreach(directory . tests tests/fuzz)
  get_property(targets DIRECTORY ${directory} PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(own ${target} SOURCES)
    # Which of two mains a fuzzer has depends on the preset; the one that replays is looked at here.
    string(REGEX REPLACE "\\$<[^;]*replay[.]cc>" "replay.cc" own "${own}")
    foreach(source IN LISTS own)
      cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${CMAKE_SOURCE_DIR}/${directory} NORMALIZE)
      if(source MATCHES "\\.cc$")
        list(APPEND sources ${source})
      endif()
    endforeach()
  endforeach()
endforeach()
list(REMOVE_DUPLICATES sources)

set(stamps)
foreach(source IN LISTS sources)
  cmake_path(RELATIVE_PATH source BASE_DIRECTORY ${CMAKE_SOURCE_DIR} OUTPUT_VARIABLE name)
  set(stamp ${CMAKE_BINARY_DIR}/tidy/${name}.ok)
  cmake_path(GET stamp PARENT_PATH folder)
  file(MAKE_DIRECTORY ${folder})
  # Findings go to the standard output; the other one counts what is not looked for.
  add_custom_command(OUTPUT ${stamp}
    COMMAND clang-tidy --quiet -p ${CMAKE_BINARY_DIR} ${source} 2> ${stamp}.log
    COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
    DEPENDS ${source} ${headers} ${CMAKE_SOURCE_DIR}/.clang-tidy ${CMAKE_SOURCE_DIR}/tests/.clang-tidy
    COMMENT "clang-tidy ${name}")
  list(APPEND stamps ${stamp})
endforeach()
add_custom_target(tidy DEPENDS ${stamps})
