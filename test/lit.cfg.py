# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# lit configuration; the values of the build come from lit.site.cfg.py.
#
# Tools are found by PATH: the build's own first, then FileCheck, not, count and split-file.
#
# Substitutions: %src (the source tree), %build (the build tree), %data (large test data), %python,
#                %cmake, %cc, %cxx
# Features:      antlr, llvm      parts of the build
#                data             WEIR_DATA_DIR names a folder
#                asserts          assertions are compiled in
#                sanitizer        some sanitizer is
#                jsonschema       the independent JSON Schema validator (python3-jsonschema)

import os
import subprocess

import lit.formats
import lit.util

config.name = "Weir"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".test", ".wir", ".txt"]
config.excludes = ["Inputs", "CMakeLists.txt"]
config.test_source_root = os.path.join(config.weir_source_dir, "test")
config.test_exec_root = os.path.join(config.weir_binary_dir, "test")

path = [os.path.join(config.weir_binary_dir, "bin"), config.llvm_tools_dir]
config.environment["PATH"] = os.pathsep.join(path + [config.environment.get("PATH", "")])
config.environment["LC_ALL"] = "C.UTF-8"

for name in ["WEIR_OPT_ROUND_TRIP", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "CCACHE_DIR"]:
    if name in os.environ:
        config.environment[name] = os.environ[name]
config.environment.setdefault("UBSAN_OPTIONS", "print_stacktrace=1")

data_dir = os.environ.get("WEIR_DATA_DIR") or config.weir_data_dir
config.environment["WEIR_DATA_DIR"] = data_dir

config.substitutions += [
    ("%src", config.weir_source_dir),
    ("%build", config.weir_binary_dir),
    ("%data", data_dir),
    ("%python", config.python),
    ("%cmake", config.cmake),
    ("%cxx", config.cxx),
    ("%cc", config.cc),
]

if config.weir_antlr:
    config.available_features.add("antlr")
if config.weir_llvm:
    config.available_features.add("llvm")
if data_dir and os.path.isdir(data_dir):
    config.available_features.add("data")
if config.weir_build_type == "Debug":
    config.available_features.add("asserts")
if config.weir_sanitize:
    config.available_features.add("sanitizer")
probe = subprocess.run([config.python, "-c", "import jsonschema"], capture_output=True, check=False)
if probe.returncode == 0:
    config.available_features.add("jsonschema")

# A hang is a failure; lit can stop one only where the module psutil is.
if not lit_config.maxIndividualTestTime and lit.util.killProcessAndChildrenIsSupported()[0]:
    lit_config.maxIndividualTestTime = 300
