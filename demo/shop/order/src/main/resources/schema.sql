-- "id" comes from the caller and has no unique key on purpose: an order that arrived twice stands here twice.
create table if not exists orders (
  row_number bigint auto_increment primary key,
  id varchar(64) not null,
  customer varchar(64) not null,
  sku varchar(64) not null,
  quantity int not null,
  total int not null,
  version varchar(16) not null
);
