package shop.user;

import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

@RestController
class UserController {
    record User(String id, String name, String city) {}

    private static final Map<String, User> USERS = Map.of(
            "ada", new User("ada", "Ada", "London"),
            "grace", new User("grace", "Grace", "New York"),
            "linus", new User("linus", "Linus", "Helsinki"));

    @GetMapping("/users/{id}")
    User user(@PathVariable String id) {
        var user = USERS.get(id);
        if (user == null) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND, "no user " + id);
        }
        return user;
    }
}
