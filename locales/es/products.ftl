products-title = Productos
products-new = Nuevo producto
products-search = Buscar productos
products-search-placeholder = Código, nombre, descripción…
products-category-filter = Categoría
products-all-categories = Todas las categorías
products-search-submit = Buscar
products-list = Lista de productos
products-total = { $count ->
    [one] { $shown } producto
   *[other] { $shown } productos
}
products-found = { $count ->
    [0] Ningún resultado
    [one] { $shown } resultado
   *[other] { $shown } resultados
}
products-clear = Quitar filtros
products-sort = Ordenar por
products-out = agotado
products-units-short = uds.
products-none-title = Todavía no hay productos
products-none-text = Aquí aparecerán todos, con su código y sus unidades. Empieza por el primero.
products-none-create = Crear el primer producto
products-not-found-title = Nada coincide con la búsqueda
products-not-found-text = Prueba con menos palabras o con el comienzo de una, o busca en todas las categorías.
products-too-much-title = Esta búsqueda abarca demasiado
products-too-much-text = Tardaba demasiado y se ha detenido. Añade una palabra menos frecuente o elige una categoría.

products-pages = Páginas
products-page = Página { $page } de { $pages }
products-page-first = Primera
products-page-previous = Anterior
products-page-next = Siguiente
products-page-last = Última

products-name = Nombre
products-code = Código
products-description = Descripción
products-units = Unidades
products-category = Categoría
products-updated = Actualizado
products-created = Creado
products-code-hint = Letras, cifras y . _ - / (40 como máximo). No se repite en ningún otro producto.
products-units-hint = Un número entero, sin decimales
products-category-hint = Elige una o escribe una nueva

products-edit = Editar
products-delete = Eliminar
products-restore = Restaurar
products-deleted-title = Este producto está eliminado
products-deleted-text = No aparece en la lista desde el { $when }. Se conserva todo, y su código sigue ocupado. Puedes restaurarlo cuando quieras.

products-new-title = Nuevo producto
products-edit-title = Editar { $name }
products-create-submit = Crear producto
products-save-submit = Guardar cambios
products-overwrite-submit = Guardar lo mío
products-cancel = Cancelar
products-conflict = Lo tuyo sigue aquí y, junto a cada campo distinto, lo que está guardado ahora. Si guardas otra vez, vale lo tuyo.
products-stored-now = Guardado ahora:
products-stored-by = Lo guardó { $person }, { $when }.
products-stored-see = Ver lo guardado y descartar lo mío

products-undo = Deshacer

code-characters = Solo letras, cifras y los signos . _ - /
code-letters = Mezcla alfabetos o tiene letras que solo parecen latinas. Escríbelo entero con el mismo teclado.
code-taken = Este código ya es de «{ $name }».
code-taken-deleted = Este código es de «{ $name }», que está eliminado. Su código sigue ocupado.
products-code-owner = Ver ese producto
units-invalid = Escribe un número entero entre 0 y 1.000.000.000.
version-conflict = Otra persona guardó este producto mientras lo editabas.
product-deleted-meanwhile = Otra persona eliminó este producto mientras lo editabas. Lo que has escrito sigue aquí: restáuralo y guarda otra vez.
products-see-deleted = Ver el producto eliminado y restaurarlo
