#!/bin/sh
# Puts the proxy, a Java runtime for it alone and an archive of its classes into one folder, for machines without Java.
# Arguments: the project, the version of Java, and the flags of the proxy's JVM. JAVA_HOME is a JDK.
set -eu
home=$1
feature=$2
flags=$3

out=$home/native-proxy/target/weft-proxy
case $(uname -m) in
  x86_64 | amd64) other=aarch_64 ;;
  *) other=x86_64 ;;
esac

rm -rf "$out" "$out.tar.gz"
[ "$feature" -ge 21 ] && compress=zip-6 || compress=2
"$JAVA_HOME/bin/jlink" --output "$out" --compress="$compress" --strip-debug --no-header-files --no-man-pages \
  --add-modules java.base,java.logging,java.management,java.naming,jdk.crypto.ec,jdk.management,jdk.unsupported \
  2>&1 | grep -v '^Warning' || true
[ -x "$out/bin/java" ] || { echo 'weft: jlink made no runtime; is there a whole JDK, with its jmods?' >&2; exit 1; }

mkdir -p "$out/lib/weft/lib"
cp -p "$home/native-proxy/target/weft-proxy.jar" "$out/lib/weft/"
for jar in "$home"/native-proxy/target/lib/*.jar; do
  case $jar in
    *-"$other".jar) ;; # the libraries of another kind of machine
    *) cp -p "$jar" "$out/lib/weft/lib/" ;;
  esac
done
cp -p "$home/LICENSE" "$out/lib/weft/"

# An archive of the classes that a proxy at work has loaded; since Java 25 with what was linked and profiled.
archive=lib/weft/proxy.archive
if [ "$feature" -ge 25 ]; then
  record=-XX:AOTCacheOutput=
  use=-XX:AOTCache=
else
  # shellcheck disable=SC2086 # a list
  "$out/bin/java" $flags -Xshare:dump >/dev/null
  record=-XX:ArchiveClassesAtExit=
  use=-XX:SharedArchiveFile=
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
exec "\$here/bin/java" "\${WEFT_ARCHIVE:-$use}\$here/$archive" $flags \\
  -jar "\$here/lib/weft/weft-proxy.jar" "\$@"
TEXT
chmod 755 "$out/bin/weft-proxy"
WEFT_ARCHIVE=$record "$JAVA_HOME/bin/java" "$home/native-proxy/src/package/Train.java" \
  "$out/bin/weft-proxy" "$home/cli/target/weft.jar"
[ -s "$out/$archive" ] || { echo 'weft: the JVM wrote no archive' >&2; exit 1; }

tar -C "$home/native-proxy/target" -czf "$out.tar.gz" weft-proxy
echo "weft: $out/bin/weft-proxy ($(du -sm "$out" | cut -f1) MB), and $out.tar.gz" >&2
