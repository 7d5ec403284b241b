# The ladder made of targets: a module links the modules that it names and nothing else.
# tests/architecture/ladder_test.py holds every #include against the same list.

add_compile_options(-Wall -Wextra -ffp-contract=off -fno-fast-math)
if(ASHLAR_WERROR)
  add_compile_options(-Werror)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # False alarms of GCC 12 at "text" + std::string under -O3 (its bug 105651).
  add_compile_options(-Wno-restrict)
endif()
if(ASHLAR_SANITIZE)
  add_compile_options(-fsanitize=${ASHLAR_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${ASHLAR_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Instrumented code gives false alarms (GCC's manual, -fsanitize=address and -Wmaybe-uninitialized).
    add_compile_options(-Wno-maybe-uninitialized)
  endif()
  # A finding is a failure, except while libFuzzer probes with its own recover mode.
  add_compile_options(-fno-sanitize-recover=all)
endif()

# The family of the processor that the build is for: the folders of sources that it compiles.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  set(ASHLAR_PROCESSOR x86_64)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
  set(ASHLAR_PROCESSOR aarch64)
else()
  set(ASHLAR_PROCESSOR other)
endif()

# ashlar_module(NAME [DEPS module...] [EXTERNAL target...])
# src/NAME/*.cpp becomes the static library ashlar_NAME, with those in the processor's own folder.
function(ashlar_module NAME)
  cmake_parse_arguments(ARG "" "" "DEPS;EXTERNAL" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${NAME}/*.cpp
       ${CMAKE_SOURCE_DIR}/src/${NAME}/${ASHLAR_PROCESSOR}/*.cpp)
  if(sources)
    add_library(ashlar_${NAME} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(ashlar_${NAME} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(ashlar_${NAME} ${scope} ${CMAKE_SOURCE_DIR}/src)
  list(TRANSFORM ARG_DEPS PREPEND ashlar_)
  target_link_libraries(ashlar_${NAME} ${scope} ${ARG_DEPS} ${ARG_EXTERNAL})
endfunction()

# ashlar_embed(MODULE SOURCE NAME FILE [NAME FILE]...): src/SOURCE.in with each @ASHLAR_NAME@ replaced
# by the text of FILE becomes a source of the module, so that the binary needs no data file beside it.
function(ashlar_embed MODULE SOURCE)
  set(rest ${ARGN})
  while(rest)
    list(POP_FRONT rest name file)
    file(READ ${CMAKE_SOURCE_DIR}/${file} ASHLAR_${name})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${file})
  endwhile()
  configure_file(${CMAKE_SOURCE_DIR}/src/${SOURCE}.in ${CMAKE_BINARY_DIR}/generated/${SOURCE} @ONLY)
  target_sources(ashlar_${MODULE} PRIVATE ${CMAKE_BINARY_DIR}/generated/${SOURCE})
endfunction()

# ashlar_test(MODULE [DEPS module...]): tests/MODULE/*_test.cpp becomes one GoogleTest program.
function(ashlar_test MODULE)
  cmake_parse_arguments(ARG "" "" "DEPS;EXTERNAL" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${MODULE}/*_test.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(${MODULE}_test ${sources})
  list(TRANSFORM ARG_DEPS PREPEND ashlar_)
  target_include_directories(${MODULE}_test PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${MODULE}_test PRIVATE ashlar_${MODULE} ${ARG_DEPS} ${ARG_EXTERNAL}
                                               GTest::gmock GTest::gtest_main)
  target_compile_definitions(${MODULE}_test PRIVATE
    ASHLAR_SOURCE_DIR="${CMAKE_SOURCE_DIR}" ASHLAR_BINARY_DIR="${CMAKE_BINARY_DIR}")
  gtest_discover_tests(${MODULE}_test DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 600)
endfunction()

# ashlar_python_test(NAME SCRIPT): a test written in Python; exit code 77 is a skip whose reason
# stands in a line "SKIP: ...".
function(ashlar_python_test NAME SCRIPT)
  add_test(NAME ${NAME} COMMAND ${ASHLAR_TEST_PYTHON} ${CMAKE_SOURCE_DIR}/tests/${SCRIPT})
  set_tests_properties(${NAME} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 900
    ENVIRONMENT "ASHLAR_BINARY=$<TARGET_FILE:ashlar>;ASHLAR_SOURCE_DIR=${CMAKE_SOURCE_DIR};ASHLAR_BINARY_DIR=${CMAKE_BINARY_DIR}")
endfunction()

# ashlar_fuzz(NAME DEPS module...): fuzz/NAME_fuzz.cpp, part of the target fuzz_targets. With clang
# and ASHLAR_FUZZ it is a libFuzzer program; else it replays fuzz/corpus/NAME as a test.
add_custom_target(fuzz_targets)
function(ashlar_fuzz NAME)
  cmake_parse_arguments(ARG "" "" "DEPS" ${ARGN})
  list(TRANSFORM ARG_DEPS PREPEND ashlar_)
  add_executable(${NAME}_fuzz ${CMAKE_SOURCE_DIR}/fuzz/${NAME}_fuzz.cpp)
  target_link_libraries(${NAME}_fuzz PRIVATE ${ARG_DEPS})
  add_dependencies(fuzz_targets ${NAME}_fuzz)
  if(ASHLAR_FUZZ)
    target_link_options(${NAME}_fuzz PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(${NAME}_fuzz PRIVATE ${CMAKE_SOURCE_DIR}/fuzz/replay_main.cpp)
    add_test(NAME fuzz_replay.${NAME}
             COMMAND ${NAME}_fuzz ${CMAKE_SOURCE_DIR}/fuzz/corpus/${NAME})
  endif()
endfunction()
