# What ./ashlar and ./check share: packages and builds. Sourced by bash with $root set. Asks
# nothing, says on stderr what it does, and can be killed and run again at any point.

# So that the cache is shared between clones in different folders.
export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$(cd "$root" && pwd -P)} CCACHE_NOHASHDIR=1

say() { printf '[ashlar] %s\n' "$*" >&2; }

# Runs as root: directly, or through a sudo that needs no password.
as_root() {
  if ((EUID == 0)); then "$@"; else sudo -n "$@"; fi
}

listed_packages() { grep -hv '^#' "$@"; }

missing_packages() {
  local package
  for package in $(listed_packages "$@"); do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
      printf '%s\n' "$package"
  done
}

# need_packages LIST...: installs what is missing of the lists, or says how and ends the script.
need_packages() {
  local missing
  if ! command -v dpkg-query >/dev/null; then
    say "not a Debian system: what scripts/packages*.txt name must be there in its own way"
    return
  fi
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]} == 0)) && return
  if ((EUID != 0)) && ! sudo -n true 2>/dev/null; then
    say "packages are missing, and installing them needs root; run this, then try again:"
    printf 'apt-get install -y --no-install-recommends %s\n' "${missing[*]}" >&2
    exit 1
  fi
  say "installing with apt-get: ${missing[*]}"
  install_packages "${missing[@]}" </dev/null >&2 || {
    say "apt-get failed (above); check the network and /etc/apt, then try again"
    exit 1
  }
}

install_packages() {
  local options=(-qq -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3)
  # What a killed installation left half done.
  [[ -z $(dpkg --audit) ]] || as_root env DEBIAN_FRONTEND=noninteractive dpkg --configure -a
  as_root apt-get "${options[@]}" update &&
    as_root env DEBIAN_FRONTEND=noninteractive \
      apt-get "${options[@]}" install -y --no-install-recommends "$@"
}

# build PRESET TARGET...: configures where needed and builds; ninja takes up where a killed build
# stopped. Two at once wait for each other, as in one folder they would spoil each other's files; a
# ninja whose script was killed keeps the lock until it ends.
build() {
  local preset=$1
  shift
  mkdir -p "$root/build"
  (
    flock -n 9 || {
      say "another process is building $preset: waiting"
      flock 9
    }
    cd "$root"
    configure_unlocked "$preset"
    ninja -C "build/$preset" -j "$(nproc)" "$@" </dev/null >&2 || {
      say "building $preset failed (above)"
      exit 1
    }
  ) 9>"$root/build/$preset.lock"
}

configure_unlocked() {
  local preset=$1 configured=build/$1/build.ninja
  [[ -e $configured && ! CMakePresets.json -nt $configured ]] && return
  cmake --preset "$preset" </dev/null >"build/$preset.configure.log" 2>&1 || {
    cat "build/$preset.configure.log" >&2
    say "configuring $preset failed (above)"
    exit 1
  }
}

# For ./ashlar. The stamp is what the sources were before the build: an edit during it counts.
build_release() {
  local before
  need_packages "$root/scripts/packages.txt"
  if [[ -x $binary ]]; then
    say "the sources have changed: building again"
  else
    say "building (once; some minutes)"
  fi
  before=$(sources)
  build release ashlar
  printf '%s\n' "$before" >"$build/sources.stamp.$$"
  mv "$build/sources.stamp.$$" "$build/sources.stamp"
}

# The Python of the tests (oracles such as tokenizers and jinja2), locked by hash.
need_python_environment() {
  local environment=$root/.venv-tests requirements=$root/tests/requirements.txt
  cmp -s "$requirements" "$environment/installed.txt" && return
  say "making the tests' Python environment (.venv-tests)"
  rm -rf "$environment"
  {
    python3 -m venv "$environment" &&
      "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
        --only-binary=:all: --require-hashes -r "$requirements"
  } </dev/null >&2 || {
    say "can't make .venv-tests (above)"
    exit 1
  }
  cp "$requirements" "$environment/installed.txt"  # last: a killed set-up begins again
}
