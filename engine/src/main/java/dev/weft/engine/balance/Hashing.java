package dev.weft.engine.balance;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The hash functions of Envoy and gRPC over bytes; what they give is the same in every process. */
public final class Hashing {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long P1 = 0x9E3779B185EBCA87L;
    private static final long P2 = 0xC2B2AE3D27D4EB4FL;
    private static final long P3 = 0x165667B19E3779F9L;
    private static final long P4 = 0x85EBCA77C2B2AE63L;
    private static final long P5 = 0x27D4EB2F165667C5L;

    private Hashing() {}

    /** xxHash64 (Collet, "XXH64 algorithm description", xxhash_spec.md). */
    public static long xxHash64(byte[] data, long seed) {
        int at = 0;
        long hash;
        if (data.length >= 32) {
            long a = seed + P1 + P2;
            long b = seed + P2;
            long c = seed;
            long d = seed - P1;
            for (; at <= data.length - 32; at += 32) {
                a = round(a, word(data, at));
                b = round(b, word(data, at + 8));
                c = round(c, word(data, at + 16));
                d = round(d, word(data, at + 24));
            }
            hash = Long.rotateLeft(a, 1) + Long.rotateLeft(b, 7) + Long.rotateLeft(c, 12) + Long.rotateLeft(d, 18);
            hash = merge(merge(merge(merge(hash, a), b), c), d);
        } else {
            hash = seed + P5;
        }
        return finish(data, at, hash + data.length);
    }

    private static long finish(byte[] data, int from, long start) {
        long hash = start;
        int at = from;
        for (; at <= data.length - 8; at += 8) {
            hash = Long.rotateLeft(hash ^ round(0, word(data, at)), 27) * P1 + P4;
        }
        if (at <= data.length - 4) {
            hash = Long.rotateLeft(hash ^ ((int) INT.get(data, at) & 0xFFFF_FFFFL) * P1, 23) * P2 + P3;
            at += 4;
        }
        for (; at < data.length; at++) {
            hash = Long.rotateLeft(hash ^ (data[at] & 0xFF) * P5, 11) * P1;
        }
        hash = (hash ^ hash >>> 33) * P2;
        hash = (hash ^ hash >>> 29) * P3;
        return hash ^ hash >>> 32;
    }

    private static long round(long accumulator, long input) {
        return Long.rotateLeft(accumulator + input * P2, 31) * P1;
    }

    private static long merge(long hash, long accumulator) {
        return (hash ^ round(0, accumulator)) * P1 + P4;
    }

    /** MurmurHash64A (Appleby), as libstdc++'s {@code std::hash} has it: Envoy's {@code MURMUR_HASH_2}. */
    public static long murmurHash2(byte[] data, long seed) {
        long multiplier = 0xC6A4A7935BD1E995L;
        long hash = seed ^ data.length * multiplier;
        int at = 0;
        for (; at <= data.length - 8; at += 8) {
            long mixed = word(data, at) * multiplier;
            hash = (hash ^ (mixed ^ mixed >>> 47) * multiplier) * multiplier;
        }
        if (at < data.length) {
            long rest = 0;
            for (int i = data.length - 1; i >= at; i--) {
                rest = rest << 8 | data[i] & 0xFF;
            }
            hash = (hash ^ rest) * multiplier;
        }
        hash = (hash ^ hash >>> 47) * multiplier;
        return hash ^ hash >>> 47;
    }

    private static long word(byte[] data, int at) {
        return (long) LONG.get(data, at);
    }
}
