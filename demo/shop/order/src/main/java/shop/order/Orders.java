package shop.order;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The table of orders. */
@Repository
class Orders {
    record Row(String id, String customer, String sku, int quantity, int total, String version) {}

    private final JdbcClient database;

    Orders(JdbcClient database) {
        this.database = database;
    }

    void add(Row row) {
        database.sql("insert into orders (id, customer, sku, quantity, total, version)"
                        + " values (:id, :customer, :sku, :quantity, :total, :version)")
                .paramSource(row)
                .update();
    }

    List<Row> latest(int count) {
        return database.sql("select * from orders order by row_number desc limit ?")
                .param(count)
                .query(Row.class)
                .list();
    }

    List<String> ids() {
        return database.sql("select id from orders").query(String.class).list();
    }
}
