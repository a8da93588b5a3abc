#!/bin/sh
# Puts the proxy, a Java runtime for it alone and an archive of its classes into one folder, for machines without Java.
# Arguments: the project, the version of Java, the flags of the proxy's JVM, and the folder. JAVA_HOME is a JDK.
set -eu
home=$1
feature=$2
flags=$3
out=$4

case $(uname -m) in
  x86_64 | amd64) other=aarch_64 ;;
  *) other=x86_64 ;;
esac

rm -rf "$out" "$out.tar.gz"
[ "$feature" -ge 21 ] && compress=zip-9 || compress=2
"$JAVA_HOME/bin/jlink" --output "$out" --compress="$compress" --strip-debug --no-header-files --no-man-pages \
  --add-modules java.base,java.logging,java.management,jdk.crypto.ec,jdk.management,jdk.unsupported \
  2>&1 | grep -v '^Warning' || true
[ -x "$out/bin/java" ] || { echo 'weft: jlink made no runtime; is there a whole JDK, with its jmods?' >&2; exit 1; }

mkdir -p "$out/lib/weft/lib"
cp -p "$home/native-proxy/target/weft-proxy.jar" "$out/lib/weft/"
# What the jar names, without what earlier builds have left beside it. Its lines go on behind a blank.
(cd "$out" && "$JAVA_HOME/bin/jar" xf lib/weft/weft-proxy.jar META-INF/MANIFEST.MF)
libraries=$(tr -d '\r' < "$out/META-INF/MANIFEST.MF" | sed -e ':a' -e 'N' -e '$!ba' -e 's/\n //g' | sed -n 's/^Class-Path: //p')
rm -r "$out/META-INF"
for jar in $libraries; do
  case $jar in
    *-"$other".jar) ;; # the libraries of another kind of machine
    *) cp -p "$home/native-proxy/target/$jar" "$out/lib/weft/lib/" ;;
  esac
done
cp -p "$home/LICENSE" "$out/lib/weft/"
# Native code goes where the runtime has its own, so that a start writes no copy into /tmp; its jars keep the licences.
for jar in "$out"/lib/weft/lib/*-linux-*.jar; do
  mkdir "$out/native"
  (
    cd "$out/native"
    "$JAVA_HOME/bin/jar" xf "$jar"
    mv META-INF/native/*.so ../lib/
    "$JAVA_HOME/bin/jar" cfM "$jar" .
  )
  rm -r "$out/native"
done

# Names of functions that only a debugger asks for.
if command -v strip >/dev/null; then
  find "$out/lib" -name '*.so' -exec strip --strip-unneeded {} +
fi

# An archive of the classes that a proxy at work has loaded; since Java 25 with what was linked. Not with profiles, by
# which each start would compile anew what the training has called often.
archive=lib/weft/proxy.archive
# Elsewhere than where it was made for, most of its pages would be written to, and so be each process's own.
flags="$flags -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0"
# What compilers are done with goes back to the system: 20 to 30 MB after the first minute of load. Early releases of
# Java 17 don't know how.
trim=-XX:TrimNativeHeapInterval=2000
if "$out/bin/java" $trim -version >/dev/null 2>&1; then
  flags="$flags $trim"
fi
if [ "$feature" -ge 25 ]; then
  # Without Unsafe Netty links a function of C by the JDK's own means, which makes a hundred classes.
  flags="$flags --sun-misc-unsafe-memory-access=allow -XX:-AOTRecordTraining -XX:-AOTReplayTraining"
  record=-XX:AOTCacheOutput=
  use=-XX:AOTCache=
  path=':'
else
  # shellcheck disable=SC2086 # a list
  "$out/bin/java" $flags -Xshare:dump >/dev/null
  record=-XX:ArchiveClassesAtExit=
  use=-XX:SharedArchiveFile=
  # These look for the jars by the path that they had: one that is the same wherever the folder is. Descriptors from 3 on
  # may be systemd's.
  path='if [ -d /proc/self/fd ] && [ "${LISTEN_FDS:-0}" -lt 7 ]; then exec 9< "$weft"; weft=/proc/self/fd/9; fi'
fi
cat > "$out/bin/weft-proxy" <<TEXT
#!/bin/sh
# The proxy; docs/proxy.md tells what it takes.
here=\$0
while [ -L "\$here" ]; do
  link=\$(readlink "\$here")
  case \$link in
    /*) here=\$link ;;
    *) here=\$(dirname "\$here")/\$link ;;
  esac
done
here=\$(CDPATH='' cd "\$(dirname "\$here")/.." && pwd -P)
weft=\$here/lib/weft
$path
exec "\$here/bin/java" "\${WEFT_ARCHIVE:-$use}\$here/$archive" $flags \\
  -jar "\$weft/weft-proxy.jar" "\$@"
TEXT
chmod 755 "$out/bin/weft-proxy"
WEFT_ARCHIVE=$record "$JAVA_HOME/bin/java" "$home/native-proxy/src/package/Train.java" \
  "$out/bin/weft-proxy" "$home/cli/target/weft.jar"
[ -s "$out/$archive" ] || { echo 'weft: the JVM wrote no archive' >&2; exit 1; }

tar -C "$(dirname "$out")" -czf "$out.tar.gz" "$(basename "$out")"
echo "weft: $out/bin/weft-proxy ($(du -sm "$out" | cut -f1) MB), and $out.tar.gz" >&2
