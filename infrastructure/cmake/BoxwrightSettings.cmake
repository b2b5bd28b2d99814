# Language, warnings, sanitizers and launcher: what every target of ours is compiled with.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")

find_program(BOXWRIGHT_CCACHE ccache)
if(BOXWRIGHT_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${BOXWRIGHT_CCACHE}")
endif()

# What nobody calls is not part of the program: fewer pages in memory.
add_compile_options($<$<CONFIG:RelWithDebInfo,Release>:-ffunction-sections>
                    $<$<CONFIG:RelWithDebInfo,Release>:-fdata-sections>)
add_link_options($<$<CONFIG:RelWithDebInfo,Release>:-Wl,--gc-sections>)

find_program(BOXWRIGHT_LLD ld.lld)
if(BOXWRIGHT_LLD)
  add_link_options(-fuse-ld=lld)
endif()

# Linked PRIVATE by every target of ours and by nothing else.
add_library(boxwright_settings INTERFACE)
target_include_directories(boxwright_settings INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_definitions(boxwright_settings INTERFACE
  BOXWRIGHT_VERSION="${PROJECT_VERSION}" $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
target_compile_options(boxwright_settings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wdouble-promotion -Wformat=2
  -Wimplicit-fallthrough -Wextra-semi
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op -Wsuggest-override>
  # Fields with a default are left out of initialisers on purpose.
  -Wno-missing-field-initializers
  # False positives of g++ 12 in optimised builds: on std::string concatenation (GCC bug 105651), and
  # on members of an std::optional that is moved before it is set (GCC bug 80635).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-maybe-uninitialized>)
if(BOXWRIGHT_WERROR)
  target_compile_options(boxwright_settings INTERFACE -Werror)
endif()

if(BOXWRIGHT_SANITIZE STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(BOXWRIGHT_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
elseif(BOXWRIGHT_SANITIZE STREQUAL "fuzzer")
  # clang only. Fuzz targets add the driver (tests/fuzz/CMakeLists.txt).
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()

if(BOXWRIGHT_SANITIZE)
  # g++ 12 gives this warning falsely in libstdc++'s regex and function once code is instrumented.
  target_compile_options(boxwright_settings INTERFACE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endif()

# boxwright_library(NAME SOURCES ... PUBLIC ... PRIVATE ...): a static library of one folder.
function(boxwright_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC "${CMAKE_SOURCE_DIR}")
  target_link_libraries(${name} PUBLIC fmt::fmt tl::expected ${ARG_PUBLIC}
                        PRIVATE boxwright_settings ${ARG_PRIVATE})
endfunction()

# Every test executable that needs no Docker Engine: what the AddressSanitizer run builds.
add_custom_target(boxwright_unit_tests)
# Those of them that start threads: in the others ThreadSanitizer would find nothing but time.
add_custom_target(boxwright_threaded_tests)

# boxwright_test(NAME SOURCES ... LINK ... LABELS ... TIMEOUT seconds [THREADS]): one GoogleTest
# executable, each of its cases a ctest test. THREADS: it starts threads.
function(boxwright_test name)
  cmake_parse_arguments(ARG "THREADS" "TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 60)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE boxwright_settings GTest::gtest GTest::gtest_main ${ARG_LINK})
  if(NOT "engine" IN_LIST ARG_LABELS)
    add_dependencies(boxwright_unit_tests ${name})
    if(ARG_THREADS)
      add_dependencies(boxwright_threaded_tests ${name})
    endif()
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}")
endfunction()
