#===- WeirInstall.cmake - Install rules, the CMake package and pkg-config files ---------------===#
#
# Installed: the C headers (include/weir-c), the libraries, the tools, lib/cmake/Weir, and one .pc
# file for each shared library. The C++ headers of the parts are not an interface and stay behind.
#
# The static languages library is not in the CMake package: its ANTLR runtime has no installed
# package that a stranger's project could be relied on to find. In one build tree
# (add_subdirectory) it is Weir::weir_lang_static.
#
#===--------------------------------------------------------------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

include(CMakePackageConfigHelpers)

set(Exported ${WEIR_PRODUCTS})
list(REMOVE_ITEM Exported weir_lang_static)
install(TARGETS ${Exported} EXPORT WeirTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT WeirTargets NAMESPACE Weir:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Weir)
install(DIRECTORY "${WEIR_SOURCE_DIR}/include/weir-c" DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES "${WEIR_SOURCE_DIR}/LICENSE" "${WEIR_SOURCE_DIR}/THIRD-PARTY-NOTICES"
  DESTINATION ${CMAKE_INSTALL_DOCDIR})

get_property(Tools GLOBAL PROPERTY WEIR_TOOLS)
if(Tools)
  install(TARGETS ${Tools} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT tools)
endif()

set(WEIR_PACKAGE_LANGUAGES OFF)
if(TARGET weir_lang)
  set(WEIR_PACKAGE_LANGUAGES ON)
endif()
configure_package_config_file("${WEIR_SOURCE_DIR}/cmake/WeirConfig.cmake.in"
  "${WEIR_BINARY_DIR}/package/WeirConfig.cmake"
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Weir)
# Before 1.0 a new minor version may change the interface.
write_basic_package_version_file("${WEIR_BINARY_DIR}/package/WeirConfigVersion.cmake"
  VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion)
install(FILES "${WEIR_BINARY_DIR}/package/WeirConfig.cmake"
  "${WEIR_BINARY_DIR}/package/WeirConfigVersion.cmake"
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Weir)

function(weir_install_pc Name Description)
  if(NOT TARGET ${Name})
    return()
  endif()
  set(PC_NAME ${Name})
  set(PC_DESCRIPTION "${Description}")
  foreach(Kind IN ITEMS LIB INCLUDE)
    if(IS_ABSOLUTE "${CMAKE_INSTALL_${Kind}DIR}")
      set(PC_${Kind}DIR "${CMAKE_INSTALL_${Kind}DIR}")
    else()
      set(PC_${Kind}DIR "\${prefix}/${CMAKE_INSTALL_${Kind}DIR}")
    endif()
  endforeach()
  # Relative to the file itself, so that `cmake --install --prefix` and moved trees work.
  set(PC_PREFIX "${CMAKE_INSTALL_PREFIX}")
  if(NOT IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
    file(RELATIVE_PATH Up "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
    string(REGEX REPLACE "/$" "" Up "${Up}")
    set(PC_PREFIX "\${pcfiledir}/${Up}")
  endif()
  configure_file("${WEIR_SOURCE_DIR}/cmake/weir.pc.in"
    "${WEIR_BINARY_DIR}/package/${Name}.pc" @ONLY)
  install(FILES "${WEIR_BINARY_DIR}/package/${Name}.pc"
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()

weir_install_pc(weir_rt "Token masks from compiled grammars: the runtime")
weir_install_pc(weir "Token masks from grammars: compiler and runtime")
weir_install_pc(weir_lang "Token masks from grammars: compiler, runtime and grammar languages")
