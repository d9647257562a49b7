# Target "tidy": clang-tidy on everything that is built, after the targets are known, in the units
# that it is compiled in. It parses as clang does and reports clang's own warnings too, so nothing has
# to be compiled beside it. A unit is looked at again when one of its sources or any header has
# changed.
file(GLOB_RECURSE headers CONFIGURE_DEPENDS src/*.h tests/*.h)

# What compiles a source of a target: CMake's unity source, or it itself.
function(dinas_unit_of target source variable)
  get_target_property(unity ${target} UNITY_BUILD)
  get_source_file_property(alone ${source} TARGET_DIRECTORY ${target} SKIP_UNITY_BUILD_INCLUSION)
  if(unity AND NOT alone)
    get_source_file_property(group ${source} TARGET_DIRECTORY ${target} UNITY_GROUP)
    if(NOT group)
      set(group 0)
    endif()
    get_target_property(folder ${target} BINARY_DIR)
    set(source ${folder}/CMakeFiles/${target}.dir/Unity/unity_${group}_cxx.cxx)
  endif()
  set(${variable} ${source} PARENT_SCOPE)
endfunction()

set(units)
foreach(directory . tests tests/fuzz)
  # Of the sources, wherever the unit lies.
  set(config .clang-tidy)
  if(NOT directory STREQUAL ".")
    set(config tests/.clang-tidy)
  endif()
  get_property(targets DIRECTORY ${directory} PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(sources ${target} SOURCES)
    # Which of two mains a fuzzer has depends on the preset; the one that replays is looked at here.
    string(REGEX REPLACE "\\$<[^;]*replay[.]cc>" "replay.cc" sources "${sources}")
    list(FILTER sources INCLUDE REGEX "\\.cc$")
    foreach(source IN LISTS sources)
      cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${CMAKE_SOURCE_DIR}/${directory} NORMALIZE)
      dinas_unit_of(${target} ${source} unit)
      list(APPEND units ${unit})
      list(APPEND sources_of_${unit} ${source})
      set(config_of_${unit} ${CMAKE_SOURCE_DIR}/${config})
    endforeach()
  endforeach()
endforeach()
list(REMOVE_DUPLICATES units)

set(stamps)
foreach(unit IN LISTS units)
  string(REGEX REPLACE "^(${CMAKE_BINARY_DIR}|${CMAKE_SOURCE_DIR})/" "" name ${unit})
  set(stamp ${CMAKE_BINARY_DIR}/tidy/${name}.ok)
  cmake_path(GET stamp PARENT_PATH folder)
  file(MAKE_DIRECTORY ${folder})
  # Findings go to the standard output; the other one counts what is not looked for.
  add_custom_command(OUTPUT ${stamp}
    COMMAND clang-tidy --quiet --config-file=${config_of_${unit}} -p ${CMAKE_BINARY_DIR} ${unit}
            2> ${stamp}.log
    COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
    DEPENDS ${unit} ${sources_of_${unit}} ${headers} ${config_of_${unit}}
    COMMENT "clang-tidy ${name}")
  list(APPEND stamps ${stamp})
endforeach()
add_custom_target(tidy DEPENDS ${stamps})
