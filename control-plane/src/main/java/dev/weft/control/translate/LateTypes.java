package dev.weft.control.translate;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DurationProto;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.WrappersProto;
import io.envoyproxy.envoy.config.cluster.v3.ClusterProto;
import io.envoyproxy.envoy.config.cluster.v3.LoadBalancingPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Messages of Envoy that agents understand and that the published classes don't have yet, as far as they are read. */
public final class LateTypes {
    private static final String POLICIES = "envoy.extensions.load_balancing_policies.";

    private static final Descriptor PEAK_EWMA = message(
            POLICIES + "peak_ewma.v3alpha",
            "PeakEwma",
            DurationProto.getDescriptor(),
            field(1, "decay_time", ".google.protobuf.Duration"));

    private static final Descriptor RANDOM_SUBSETTING = message(
            POLICIES + "random_subsetting.v3",
            "RandomSubsetting",
            WrappersProto.getDescriptor(),
            field(1, "subset_size", ".google.protobuf.UInt32Value"),
            field(2, "child_policy", ".envoy.config.cluster.v3.LoadBalancingPolicy"));

    private LateTypes() {}

    public static List<Descriptor> all() {
        return List.of(PEAK_EWMA, RANDOM_SUBSETTING);
    }

    /** @param decay null for the client's own */
    static Message peakEwma(java.time.@Nullable Duration decay) {
        DynamicMessage.Builder policy = DynamicMessage.newBuilder(PEAK_EWMA);
        if (decay != null) {
            policy.setField(PEAK_EWMA.findFieldByNumber(1), Wire.duration(decay));
        }
        return policy.build();
    }

    static Message randomSubsetting(int size, LoadBalancingPolicy child) {
        return DynamicMessage.newBuilder(RANDOM_SUBSETTING)
                .setField(RANDOM_SUBSETTING.findFieldByNumber(1), Wire.number(size))
                .setField(RANDOM_SUBSETTING.findFieldByNumber(2), child)
                .build();
    }

    private static FieldDescriptorProto field(int number, String name, String type) {
        return FieldDescriptorProto.newBuilder()
                .setNumber(number)
                .setName(name)
                .setLabel(Label.LABEL_OPTIONAL)
                .setType(Type.TYPE_MESSAGE)
                .setTypeName(type)
                .build();
    }

    private static Descriptor message(
            String of, String name, FileDescriptor dependency, FieldDescriptorProto... fields) {
        var file = FileDescriptorProto.newBuilder()
                .setName(name + ".proto")
                .setPackage(of)
                .setSyntax("proto3")
                .addDependency(dependency.getName())
                .addDependency(ClusterProto.getDescriptor().getName())
                .addMessageType(DescriptorProto.newBuilder().setName(name).addAllField(List.of(fields)))
                .build();
        try {
            var needed = new FileDescriptor[] {dependency, ClusterProto.getDescriptor()};
            return FileDescriptor.buildFrom(file, needed).findMessageTypeByName(name);
        } catch (DescriptorValidationException e) {
            throw new IllegalStateException("the description of " + name + " is wrong", e);
        }
    }
}
