package dev.weft.vectors;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.weft.testkit.xds.XdsJson;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Changes every message of one kind inside of others, wherever it stands, packed messages included. */
final class Surgery {
    private static final Descriptor ANY = Any.getDescriptor();

    private Surgery() {}

    /** Resources in a form in which all messages are alike. */
    static List<DynamicMessage> loosen(List<Message> messages) {
        List<DynamicMessage> all = new ArrayList<>();
        for (Message message : messages) {
            all.add(parse(message.getDescriptorForType(), message.toByteString()));
        }
        return all;
    }

    /** What an operation on every message of a kind makes of a whole. */
    static Message change(Message whole, Descriptor kind, Consumer<DynamicMessage.Builder> operation) {
        Descriptor type = whole.getDescriptorForType();
        if (type.equals(ANY)) {
            return packed(whole, kind, operation);
        }
        DynamicMessage.Builder changed = DynamicMessage.newBuilder(type);
        changed.mergeFrom(whole);
        whole.getAllFields().forEach((field, value) -> {
            if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                changed.setField(field, inside(field, value, kind, operation));
            }
        });
        if (type.equals(kind)) {
            operation.accept(changed);
        }
        return changed.build();
    }

    private static Object inside(
            FieldDescriptor field, Object value, Descriptor kind, Consumer<DynamicMessage.Builder> operation) {
        if (!field.isRepeated()) {
            return change((Message) value, kind, operation);
        }
        List<Message> all = new ArrayList<>();
        for (Object one : (List<?>) value) {
            all.add(change((Message) one, kind, operation));
        }
        return all;
    }

    private static Message packed(Message any, Descriptor kind, Consumer<DynamicMessage.Builder> operation) {
        Message inner = unpack(any);
        if (inner == null) {
            return any;
        }
        return DynamicMessage.newBuilder(ANY)
                .mergeFrom(any)
                .setField(
                        ANY.findFieldByNumber(2), change(inner, kind, operation).toByteString())
                .build();
    }

    /** Calls with every message, the packed ones included. */
    static void visit(Message whole, Consumer<Message> visitor) {
        if (whole.getDescriptorForType().equals(ANY)) {
            Message inner = unpack(whole);
            if (inner != null) {
                visit(inner, visitor);
            }
            return;
        }
        visitor.accept(whole);
        whole.getAllFields().forEach((field, value) -> {
            if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                List<?> all = field.isRepeated() ? (List<?>) value : List.of(value);
                all.forEach(one -> visit((Message) one, visitor));
            }
        });
    }

    private static Message unpack(Message any) {
        try {
            return XdsJson.unpack(Any.parseFrom(any.toByteString()));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private static DynamicMessage parse(Descriptor type, ByteString bytes) {
        try {
            return DynamicMessage.parseFrom(type, bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}
