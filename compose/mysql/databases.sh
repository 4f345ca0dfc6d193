#!/bin/bash
# Runs once, when MySQL starts on an empty volume. Each of the two databases gets an owner, who creates its
# tables, and an account for the application, to which `bodega migrate` grants what it needs.

# Some images set root's password before this runs, others after.
as_root() {
    MYSQL_PWD=$MYSQL_ROOT_PASSWORD mysql -uroot -e 'DO 0' 2>/dev/null && local -x MYSQL_PWD=$MYSQL_ROOT_PASSWORD
    mysql -uroot "$@"
}

as_root -e "
    CREATE DATABASE db_usuarios CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
    CREATE DATABASE db_productos CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
    CREATE USER bodega_users@'%' IDENTIFIED BY '$BODEGA_USERS_PASSWORD';
    CREATE USER bodega_products@'%' IDENTIFIED BY '$BODEGA_PRODUCTS_PASSWORD';
    CREATE USER bodega_users_owner@'%' IDENTIFIED BY '$BODEGA_USERS_OWNER_PASSWORD';
    CREATE USER bodega_products_owner@'%' IDENTIFIED BY '$BODEGA_PRODUCTS_OWNER_PASSWORD';
    GRANT ALL ON db_usuarios.* TO bodega_users_owner@'%' WITH GRANT OPTION;
    GRANT ALL ON db_productos.* TO bodega_products_owner@'%' WITH GRANT OPTION;"
