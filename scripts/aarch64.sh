# Building for AArch64 on another Debian machine: `need_aarch64`, then `build aarch64 TARGET...`.
# Sourced after setup.sh; the preset's toolchain (cmake/aarch64.cmake) finds what is made here.

aarch64_root=$root/build/aarch64-root

# The cross compiler and qemu as packages of this system, and the libraries of AArch64 in a folder
# of their own.
need_aarch64() {
  need_packages "$root/scripts/packages.txt" "$root/scripts/packages-aarch64.txt"
  local libraries
  mapfile -t libraries < <(aarch64_libraries)
  [[ $(cat "$aarch64_root/packages" 2>/dev/null) == "${libraries[*]}" ]] && return
  say "fetching the libraries of AArch64 (build/aarch64-root)"
  unpack_foreign arm64 "$aarch64_root" "${libraries[@]}" </dev/null >&2 || {
    say "can't make build/aarch64-root (above); check the network and /etc/apt, then try again"
    exit 1
  }
  printf '%s\n' "${libraries[*]}" >"$aarch64_root/packages"  # last: a killed set-up begins again
}

# What the build links, of the lists that hold for every machine.
aarch64_libraries() {
  echo libc6-dev
  listed_packages "$root"/scripts/packages.txt "$root"/scripts/packages-check.txt |
    grep -E '^(lib|nlohmann).*-dev$' | grep -v '^libclang-rt'
}

# unpack_foreign ARCHITECTURE FOLDER PACKAGE...: the packages and all that they depend on, from the
# system's own sources, as files. Nothing of the system changes, so root isn't needed.
unpack_foreign() {
  local architecture=$1 folder=$2 apt=$2.apt package
  shift 2
  rm -rf "$folder" "$apt"
  mkdir -p "$folder"/usr/{bin,lib,sbin} "$apt"/{lists,archives}/partial
  ln -s usr/bin usr/lib usr/sbin "$folder"
  : >"$apt/status"  # of a system on which nothing is installed
  local options=(-qq -o APT::Architecture="$architecture" -o APT::Architectures="$architecture"
    -o Dir::State="$apt" -o Dir::State::status="$apt/status" -o Dir::Cache="$apt"
    -o APT::Sandbox::User= -o Acquire::Retries=3)
  apt-get "${options[@]}" update &&
    apt-get "${options[@]}" install -y --download-only --no-install-recommends "$@" || return
  for package in "$apt"/archives/*.deb; do
    dpkg-deb --fsys-tarfile "$package" | tar -x -C "$folder" --keep-directory-symlink || return
  done
  rm -rf "$apt"
}
