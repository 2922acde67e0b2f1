# Compiles $2 to $3 with the compiler $1 and what pkg-config says of the package $4.
set -euo pipefail
read -ra Flags < <(pkg-config --cflags --libs "$4")
"$1" -std=c99 "$2" -o "$3" "${Flags[@]}"
