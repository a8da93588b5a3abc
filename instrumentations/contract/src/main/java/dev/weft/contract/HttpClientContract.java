package dev.weft.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.contract.ClientUnderTest.Feature;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** The stories that every HTTP client in the mesh must pass, on its oldest and its newest version. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class HttpClientContract {
    private static final int STORIES = 37;

    private @Nullable Rig rig;

    /** The client that these stories are told about. */
    protected abstract ClientUnderTest client();

    private record Telling(Story story, Object teller, Method method) {}

    private Rig rig() {
        if (rig == null) {
            rig = new Rig(client());
        }
        return rig;
    }

    @AfterAll
    void detach() {
        if (rig != null) {
            rig.close();
        }
    }

    @TestFactory
    List<DynamicTest> stories() {
        var client = client();
        List<DynamicTest> told = new ArrayList<>();
        for (Telling telling : tellings(rig())) {
            Story story = telling.story();
            Feature lack = lack(client, story);
            String name = story.number() + ". " + story.tells();
            if (lack == null) {
                told.add(DynamicTest.dynamicTest(name, () -> tell(telling)));
            } else {
                System.out.println("not applicable: " + client.name() + " " + client.version() + " lacks " + lack
                        + " (story " + name + ")");
            }
        }
        return told;
    }

    @Test
    void theStoriesAreNumberedWithoutAGap() {
        var numbers = tellings(rig()).stream().map(t -> t.story().number()).toList();
        assertEquals(IntStream.rangeClosed(1, STORIES).boxed().toList(), numbers);
    }

    private static @Nullable Feature lack(ClientUnderTest client, Story story) {
        for (Feature need : story.needs()) {
            if (client.lacks().contains(need)) {
                return need;
            }
        }
        return null;
    }

    private static List<Telling> tellings(Rig rig) {
        List<Telling> all = new ArrayList<>();
        for (Object teller : List.of(
                new RetryStories(rig),
                new PlaceStories(rig),
                new TimeStories(rig),
                new BugStories(rig),
                new OutsideStories(rig),
                new RuleStories(rig),
                new TransportStories(rig))) {
            for (Method method : teller.getClass().getDeclaredMethods()) {
                Story story = method.getAnnotation(Story.class);
                if (story != null) {
                    all.add(new Telling(story, teller, method));
                }
            }
        }
        all.sort(Comparator.comparingInt(t -> t.story().number()));
        return all;
    }

    private void tell(Telling telling) throws Throwable {
        rig().reset();
        try {
            telling.method().invoke(telling.teller());
        } catch (InvocationTargetException failed) {
            throw failed.getCause();
        }
    }
}
