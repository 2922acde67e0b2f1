#===- WeirProducts.cmake - The libraries made from the parts ----------------------------------===#
#
#     target              file              in it
#     weir_rt             libweir_rt.so     the runtime layer
#     weir_rt_static      libweir_rt.a      the runtime layer
#     weir                libweir.so        runtime and compiler: self-contained
#     weir_static         libweir.a         runtime and compiler: no need of libweir_rt.a
#     weir_lang           libweir_lang.so   everything in libweir, and the languages layer
#     weir_lang_static    libweir_lang.a    the languages layer alone, on top of libweir.a
#
# Shared libraries export weir_* and nothing else, by a version script: hidden visibility alone
# would still export instances of the standard library's templates. Their C++ internals being
# hidden, libweir_lang.so cannot reach into libweir.so, so it contains it: link one of the two.
# It links ANTLR's shared runtime, since the static one is not position independent.
#
#===--------------------------------------------------------------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

set(WEIR_SOVERSION ${PROJECT_VERSION_MAJOR})
set(WEIR_EXPORTS_MAP "${WEIR_SOURCE_DIR}/cmake/exports.map")
set(WEIR_PRODUCTS "")
include(GNUInstallDirs)

# Sets ${Out} to the objects of all parts in the given layers, and ${OutLibs} to their libraries.
function(weir_layer_objects Out OutLibs)
  get_property(Parts GLOBAL PROPERTY WEIR_PARTS)
  set(Objects "")
  set(Libs "")
  foreach(Part IN LISTS Parts)
    get_target_property(Layer WeirPart_${Part} WEIR_LAYER)
    get_target_property(Type WeirPart_${Part} TYPE)
    get_target_property(Internal WeirPart_${Part} WEIR_INTERNAL)
    if(Layer IN_LIST ARGN AND NOT Internal AND NOT Type STREQUAL "INTERFACE_LIBRARY")
      list(APPEND Objects $<TARGET_OBJECTS:WeirPart_${Part}>)
      get_target_property(More WeirPart_${Part} WEIR_LIBS)
      list(APPEND Libs ${More})
    endif()
  endforeach()
  set(${Out} "${Objects}" PARENT_SCOPE)
  set(${OutLibs} "${Libs}" PARENT_SCOPE)
endfunction()

# Makes one library, static or shared, from layers. What a part links privately is header-only by
# contract in the runtime and compiler layers; linking it here would put it into the exported
# interface of the static library, so it is left to the parts.
function(weir_add_product Target Type OutputName)
  cmake_parse_arguments(PARSE_ARGV 3 P "" "" "LAYERS;LIBS")
  weir_layer_objects(Objects Libs ${P_LAYERS})
  if(NOT Objects)
    return()
  endif()
  add_library(${Target} ${Type} ${Objects})
  add_library(Weir::${Target} ALIAS ${Target})
  set_target_properties(${Target} PROPERTIES
    OUTPUT_NAME ${OutputName}
    LINKER_LANGUAGE CXX
    ARCHIVE_OUTPUT_DIRECTORY "${WEIR_LIB_DIR}"
    LIBRARY_OUTPUT_DIRECTORY "${WEIR_LIB_DIR}")
  target_include_directories(${Target} INTERFACE
    $<BUILD_INTERFACE:${WEIR_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  if(Type STREQUAL "SHARED")
    set_target_properties(${Target} PROPERTIES
      VERSION ${PROJECT_VERSION} SOVERSION ${WEIR_SOVERSION}
      LINK_DEPENDS "${WEIR_EXPORTS_MAP}")
    weir_link_options(${Target})
    target_link_options(${Target} PRIVATE
      "LINKER:--version-script=${WEIR_EXPORTS_MAP}" LINKER:--as-needed)
    if(NOT WEIR_SANITIZE)
      target_link_options(${Target} PRIVATE LINKER:-z,defs)
    endif()
    target_link_libraries(${Target} PRIVATE ${P_LIBS})
  else()
    target_link_libraries(${Target} INTERFACE ${P_LIBS})
  endif()
  set(WEIR_PRODUCTS ${WEIR_PRODUCTS} ${Target} PARENT_SCOPE)
endfunction()

weir_add_product(weir_rt SHARED weir_rt LAYERS runtime)
weir_add_product(weir_rt_static STATIC weir_rt LAYERS runtime)
weir_add_product(weir SHARED weir LAYERS runtime compiler)
weir_add_product(weir_static STATIC weir LAYERS runtime compiler)
if(WEIR_ENABLE_ANTLR)
  weir_layer_objects(LanguageObjects LanguageLibs languages)
  if(LanguageObjects)
    weir_add_product(weir_lang SHARED weir_lang LAYERS runtime compiler languages
      LIBS $<TARGET_FILE:antlr4_shared>)
    weir_add_product(weir_lang_static STATIC weir_lang LAYERS languages LIBS antlr4_static)
    target_link_libraries(weir_lang_static INTERFACE weir_static)
  endif()
endif()

if(WEIR_INSTALL AND WEIR_PRODUCTS)
  include(WeirInstall)
endif()
