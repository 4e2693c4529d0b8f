#!/usr/bin/env bash
# The container files without a container engine: each of their steps is a script, and the scripts are run here.
# What stands in single quotes is for pretended programs to expand.
# shellcheck disable=SC2016
set -euo pipefail
# shellcheck source=SCRIPTDIR/../../launch/lib/script.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../../launch/lib/script.sh"
here="$repository/tests/scripts"
containers="$repository/launch/containers"
# shellcheck source=SCRIPTDIR/../lib/check.sh
source "$here/../lib/check.sh"

pretended="$scratch/pretended"
mkdir -p "$pretended"
pretend() {
    printf '#!/bin/bash\n%s\n' "$2" >"$pretended/$1"
    chmod +x "$pretended/$1"
}
record='printf "%s %s\n" "${0##*/}" "$*" >>"$PRETENDED/calls"'
export PRETENDED=$pretended

# What a step would do in an image: nothing is installed, no user is made, and files go below another root.
step() {
    rm -f "$pretended/calls" "$pretended/installed"
    PATH="$pretended:$PATH" MINICPM_ROOT="$scratch/root" HOME="$scratch/home" run "$containers/steps" "$@"
}

# What apt-get has installed is there, as on a real machine.
pretend dpkg-query 'grep -qwF -- "${!#}" "$PRETENDED/installed" 2>/dev/null && printf installed'
pretend apt-cache 'for package; do echo "Package: $package"; done'
pretend apt-get "$record"'; echo "$*" >>"$PRETENDED/installed"'
pretend id 'echo 0'
pretend getent 'exit 2'
pretend groupadd "$record"
pretend useradd "$record"
pretend userdel "$record"
pretend dotnet "$record"

steps_of() {
    grep -h '^RUN ' "$@" | sed 's/^RUN //' | sort -u
}

for file in "$containers"/Containerfile.*; do
    name=${file##*/}
    check "$name runs launch's scripts and nothing else" \
        test -z "$(steps_of "$file" | grep -vE '^/(source|tmp)/launch/(containers/steps [a-z-]+|install /[a-z/]+)$')"
    check "$name ends as a user who is not root" test "$(grep '^USER ' "$file" | tail -n 1)" = "USER 1000:1000"
    check "$name asks for health with launch's script" \
        grep -q 'CMD \["/usr/local/lib/minicpm/launch/containers/health"\]' "$file"
    check "$name names a release of each image it begins with" \
        test -z "$(grep '^FROM ' "$file" | awk '{ print $2 }' | grep -v ':[a-z0-9]')"
done

mkdir -p "$scratch/root/var/lib/apt/lists"
while read -r _ name; do
    [[ -n $name ]] || continue
    touch "$scratch/root/var/lib/apt/lists/mirror"
    step "$name"
    check "The step $name does what it is there for" exit_code_is 0
    case $name in
        *packages)
            check "$name installs nothing that is only recommended" \
                grep -q '^apt-get .*install -y --no-install-recommends [a-z]' "$pretended/calls"
            check "$name leaves no lists of apt in its layer" test ! -e "$scratch/root/var/lib/apt/lists/mirror"
            ;;
    esac
done < <(steps_of "$containers"/Containerfile.* | grep steps)
check "The runtime is in the PATH of sshd's sessions" \
    test "$(readlink "$scratch/root/usr/local/bin/dotnet")" = /usr/share/dotnet/dotnet
check "sshd listens where the pods of k8s/ expect it" grep -qx 'Port 2222' "$scratch/root/home/minicpm/.sshd_config"
check "sshd lets nobody in by password" grep -qx 'PasswordAuthentication no' "$scratch/root/home/minicpm/.sshd_config"

step user
check "The user has the number that the pods run as" \
    grep -q '^useradd --uid 1000 --gid 1000 .* minicpm$' "$pretended/calls"
pretend getent 'if [[ $2 == 1000 ]]; then echo "ubuntu:x:1000:1000::/home/ubuntu:/bin/bash"; else exit 2; fi'
step user
check "A user of the base image with that number makes room" grep -qx 'userdel --remove ubuntu' "$pretended/calls"
step bake
check "A step that is none is a user fault" exit_code_is 2

if command -v sshd >/dev/null || [[ -x /usr/sbin/sshd ]]; then
    ssh-keygen -q -t ed25519 -N '' -f "$scratch/key"
    sed "s|^HostKey .*|HostKey \"$scratch/key\"|" "$scratch/root/home/minicpm/.sshd_config" >"$scratch/sshd_config"
    check "sshd understands its configuration" "$(command -v sshd || echo /usr/sbin/sshd)" -t -f "$scratch/sshd_config"
else
    printf 'skip sshd understands its configuration: openssh-server is not installed\n'
fi

# launch/install is run from a copy in which everything is built: what counts here is what it leaves.
mkdir -p "$scratch/clone/artifacts/bin/MiniCpmDist.Cli/release" "$scratch/clone/src" "$scratch/clone/protos"
cp -r "$repository/launch" "$repository/global.json" "$scratch/clone/"
touch "$scratch/clone/artifacts/bin/MiniCpmDist.Cli/release/minicpm.dll" "$scratch/clone/artifacts/minicpm.built"
pretend dotnet 'echo "10.0.100"'
pretend dpkg-query 'echo installed'
PATH="$pretended:$PATH" run "$scratch/clone/launch/install" "$scratch/prefix"
check "launch/install takes the launch scripts along" exit_code_is 0
used=$(cat "$repository"/k8s/*/*.yaml "$repository"/k8s/*/*/*.yaml "$containers"/Containerfile.* |
    grep -o '/usr/local/lib/minicpm/launch/[a-z/-]*' | sort -u)
check "k8s/ and the container files run scripts of that folder" test -n "$used"
for script in $used; do
    check "${script#/usr/local/lib/minicpm/} is there where it is run from" \
        test -x "$scratch/prefix${script#/usr/local}"
done

run "$containers/pin" check
check "Images and actions are those of pins.tsv, with the same digests" exit_code_is 0
# In a copy, with registries and GitHub pretended: each name has the digest that its own checksum is.
mkdir -p "$scratch/pinned/.github"
cp -r "$repository/launch" "$scratch/pinned/"
cp -r "$repository/.github/workflows" "$scratch/pinned/.github/"
pretend skopeo 'echo "sha256:$(echo "${!#}" | sha256sum | cut -d " " -f 1)"'
pretend git 'printf "%s\t%s\n" "$(echo "$2" | sha1sum | cut -d " " -f 1)" "$3"'
pin=$scratch/pinned/launch/containers/pin
PATH="$pretended:$PATH" run "$pin" resolve
check "Digests that registries tell are written into pins and files" exit_code_is 0
run "$pin" check --all
check "Then nothing is without one" exit_code_is 0
check "No file begins with an image that has no digest" \
    test -z "$(grep -h '^FROM ' "$scratch"/pinned/launch/containers/Containerfile.* | grep -v '@sha256:')"
check "An action with a digest still says its tag" \
    grep -qE 'uses: actions/checkout@[0-9a-f]{40} # v4$' "$scratch/pinned/.github/workflows/ci.yml"
PATH="$pretended:$PATH" run "$pin" resolve
check "Resolving again changes nothing" exit_code_is 0
sed -i 's/^\(FROM debian:12-slim@sha256:\)..../\10000/' "$scratch/pinned/launch/containers/Containerfile.cpu"
run "$pin" check
check "A digest that is another than the one in pins.tsv is found" exit_code_is 2

# A coordinator or an sshd, as far as the health check sees them.
answering() {
    /usr/bin/python3 - "$1" "$scratch/port" <<'PYTHON' &
import socket, sys
server = socket.create_server(("127.0.0.1", 0))
with open(sys.argv[2], "w") as file:
    file.write(f"{server.getsockname()[1]}\n")
connection, _ = server.accept()
asked = b"" if sys.argv[1].startswith("HTTP") else b"\r\n\r\n"
while not asked.endswith(b"\r\n\r\n"):
    asked += connection.recv(1000)
connection.sendall(sys.argv[1].encode() + b"\r\n\r\n")
connection.close()
PYTHON
    for ((i = 0; i < 100; i++)); do
        [[ -s $scratch/port ]] && return
        sleep 0.1
    done
}

healthy() {
    rm -f "$scratch/port"
    answering "$2"
    # Port 1 is nobody's.
    MINICPM_HEALTH_PORT=1 MINICPM_SSH_PORT=1 run env "$1=$(<"$scratch/port")" "$containers/health"
    wait
}

healthy MINICPM_HEALTH_PORT 'HTTP/1.1 200 OK'
check "A coordinator that answers 200 is well" exit_code_is 0
healthy MINICPM_HEALTH_PORT 'HTTP/1.1 503 Service Unavailable'
check "A coordinator that answers anything else is not" exit_code_is 1
healthy MINICPM_SSH_PORT 'SSH-2.0-OpenSSH_9.2p1'
check "A worker whose sshd greets is well" exit_code_is 0
MINICPM_HEALTH_PORT=1 MINICPM_SSH_PORT=1 run "$containers/health"
check "A container in which nothing answers is not" exit_code_is 1

finish
