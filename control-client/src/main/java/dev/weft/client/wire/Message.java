package dev.weft.client.wire;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A protobuf message as its fields by number, read lazily from the bytes that came.
 *
 * <p>It remembers which fields were asked for, so that a reader can say at its end what the sender
 * set and nobody looked at ({@link #unread}). Not thread-safe.
 */
public final class Message {
    public static final Message EMPTY = new Message(new byte[0], 0, 0, 0);

    private static final int MAX_DEPTH = 64;
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final byte[] data;
    private final int depth;
    /** Four ints for each field: number, wire type, start and end of its value. */
    private int[] index = new int[16];

    private int used;
    private final boolean[] read;

    private Message(byte[] data, int start, int end, int depth) {
        if (depth > MAX_DEPTH) {
            throw new Malformed("nested deeper than " + MAX_DEPTH);
        }
        this.data = data;
        this.depth = depth;
        for (int at = start; at < end; ) {
            at = field(at, end);
        }
        this.read = new boolean[used / 4];
    }

    /** Checks the outermost structure; nested messages are checked when they are asked for. */
    public static Message of(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Message(bytes, 0, bytes.length, 0);
    }

    private int field(int at, int end) {
        long tag = varintAt(at, end);
        int value = afterVarint(at);
        int number = (int) (tag >>> 3);
        int type = (int) (tag & 7);
        if (number == 0 || tag > 0xFFFF_FFFFL) {
            throw new Malformed("impossible field number");
        }
        int start = value;
        int stop;
        switch (type) {
            case VARINT -> {
                varintAt(value, end);
                stop = afterVarint(value);
            }
            case FIXED64 -> stop = value + 8;
            case FIXED32 -> stop = value + 4;
            case BYTES -> {
                long length = varintAt(value, end);
                start = afterVarint(value);
                if (length < 0 || length > end - start) {
                    throw new Malformed("field " + number + " is longer than its message");
                }
                stop = start + (int) length;
            }
            default -> throw new Malformed("field " + number + " has wire type " + type);
        }
        if (stop > end) {
            throw new Malformed("field " + number + " is cut off");
        }
        if (used == index.length) {
            index = Arrays.copyOf(index, used * 2);
        }
        index[used++] = number;
        index[used++] = type;
        index[used++] = start;
        index[used++] = stop;
        return stop;
    }

    private long varintAt(int at, int end) {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at >= end) {
                throw new Malformed("a number is cut off");
            }
            byte b = data[at++];
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new Malformed("a number is longer than 10 bytes");
    }

    private int afterVarint(int at) {
        while (data[at] < 0) {
            at++;
        }
        return at + 1;
    }

    /** Position in the index of the last occurrence, or -1. */
    private int last(int field, int type) {
        int found = -1;
        for (int i = 0; i < used; i += 4) {
            if (index[i] == field) {
                if (index[i + 1] != type) {
                    throw new Malformed("field " + field + " has wire type " + index[i + 1]);
                }
                read[i / 4] = true;
                found = i;
            }
        }
        return found;
    }

    /** Whether the field is set. Does not count as having read it. */
    public boolean has(int field) {
        for (int i = 0; i < used; i += 4) {
            if (index[i] == field) {
                return true;
            }
        }
        return false;
    }

    /** Any integer, boolean or enum field. */
    public long number(int field) {
        int at = last(field, VARINT);
        return at < 0 ? 0 : varintAt(index[at + 2], index[at + 3]);
    }

    public boolean flag(int field) {
        return number(field) != 0;
    }

    public double real(int field) {
        int at = last(field, FIXED64);
        return at < 0
                ? 0
                : Double.longBitsToDouble(
                        ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).getLong(index[at + 2]));
    }

    /** A {@code float} field. */
    public float single(int field) {
        int at = last(field, FIXED32);
        return at < 0
                ? 0
                : Float.intBitsToFloat(
                        ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).getInt(index[at + 2]));
    }

    /** A wrapper message (google.protobuf.UInt32Value and its like), or the default when it is absent. */
    public long wrapped(int field, long absent) {
        return has(field) ? message(field).number(1) : absent;
    }

    public String string(int field) {
        int at = last(field, BYTES);
        return at < 0 ? "" : text(at);
    }

    public List<String> strings(int field) {
        var all = new ArrayList<String>(4);
        for (int i = 0; i < used; i += 4) {
            if (index[i] == field) {
                bytesOnly(i);
                all.add(text(i));
            }
        }
        return all;
    }

    public byte[] bytes(int field) {
        int at = last(field, BYTES);
        return at < 0 ? EMPTY.data : Arrays.copyOfRange(data, index[at + 2], index[at + 3]);
    }

    public List<byte[]> allBytes(int field) {
        var all = new ArrayList<byte[]>(4);
        for (int i = 0; i < used; i += 4) {
            if (index[i] == field) {
                bytesOnly(i);
                all.add(Arrays.copyOfRange(data, index[i + 2], index[i + 3]));
            }
        }
        return all;
    }

    /** Repeated integers, packed or not. */
    public List<Long> numbers(int field) {
        var all = new ArrayList<Long>(4);
        for (int i = 0; i < used; i += 4) {
            if (index[i] == field) {
                if (index[i + 1] != VARINT && index[i + 1] != BYTES) {
                    throw new Malformed("field " + field + " has wire type " + index[i + 1]);
                }
                read[i / 4] = true;
                for (int at = index[i + 2]; at < index[i + 3]; at = afterVarint(at)) {
                    all.add(varintAt(at, index[i + 3]));
                }
            }
        }
        return all;
    }

    /** A nested message; empty when absent. Several occurrences are merged, as protobuf demands. */
    public Message message(int field) {
        int at = last(field, BYTES);
        if (at < 0) {
            return EMPTY;
        }
        int first = at;
        for (int i = 0; i < at; i += 4) {
            if (index[i] == field) {
                first = Math.min(first, i);
            }
        }
        return first == at ? new Message(data, index[at + 2], index[at + 3], depth + 1) : merged(field);
    }

    private Message merged(int field) {
        // The concatenation of two encodings is the encoding of their merger.
        var all = new ByteArrayOutputStream();
        for (int i = 0; i < used; i += 4) {
            if (index[i] == field) {
                all.write(data, index[i + 2], index[i + 3] - index[i + 2]);
            }
        }
        return new Message(all.toByteArray(), 0, all.size(), depth + 1);
    }

    public List<Message> messages(int field) {
        var all = new ArrayList<Message>(4);
        for (int i = 0; i < used; i += 4) {
            if (index[i] == field) {
                bytesOnly(i);
                all.add(new Message(data, index[i + 2], index[i + 3], depth + 1));
            }
        }
        return all;
    }

    /** Marks fields that mean nothing to us as read. */
    public void ignore(int... fields) {
        for (int i = 0; i < used; i += 4) {
            for (int field : fields) {
                read[i / 4] |= index[i] == field;
            }
        }
    }

    /** Numbers of the fields that are set and were never asked for, each once. */
    public List<Integer> unread() {
        var all = new ArrayList<Integer>(0);
        for (int i = 0; i < used; i += 4) {
            if (!read[i / 4] && !all.contains(index[i])) {
                all.add(index[i]);
            }
        }
        return all;
    }

    private void bytesOnly(int i) {
        if (index[i + 1] != BYTES) {
            throw new Malformed("field " + index[i] + " has wire type " + index[i + 1]);
        }
        read[i / 4] = true;
    }

    private String text(int i) {
        int start = index[i + 2];
        int length = index[i + 3] - start;
        for (int at = start; at < start + length; at++) {
            if (data[at] < 0) {
                return checked(i, start, length);
            }
        }
        return new String(data, start, length, StandardCharsets.ISO_8859_1);
    }

    private String checked(int i, int start, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(data, start, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Malformed("field " + index[i] + " is not UTF-8");
        }
    }
}
