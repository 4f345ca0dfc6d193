products-title = Products
products-new = New product
products-search = Search products
products-search-placeholder = Code, name, description…
products-category-filter = Category
products-all-categories = All categories
products-search-submit = Search
products-list = List of products
products-total = { $count ->
    [one] { $shown } product
   *[other] { $shown } products
}
products-found = { $count ->
    [0] No results
    [one] { $shown } result
   *[other] { $shown } results
}
products-clear = Clear filters
products-sort = Sort by
products-out = out of stock
products-units-short = units
products-none-title = No products yet
products-none-text = They will all be here, with their codes and units. Start with the first one.
products-none-create = Create the first product
products-not-found-title = Nothing matches
products-not-found-text = Try fewer words or the beginning of one, or search all categories.
products-too-much-title = This search covers too much
products-too-much-text = It was taking too long and was stopped. Add a less common word or choose a category.

products-pages = Pages
products-page = Page { $page } of { $pages }
products-page-first = First
products-page-previous = Previous
products-page-next = Next
products-page-last = Last

products-name = Name
products-code = Code
products-description = Description
products-units = Units
products-category = Category
products-updated = Updated
products-created = Created
products-code-hint = Letters, digits and . _ - / (at most 40). No other product can have the same.
products-units-hint = A whole number
products-category-hint = Choose one or type a new one

products-edit = Edit
products-delete = Delete
products-restore = Restore
products-deleted-title = This product is deleted
products-deleted-text = It has not been in the list since { $when }. Everything is kept, and its code stays taken. You can restore it at any time.

products-new-title = New product
products-edit-title = Edit { $name }
products-create-submit = Create product
products-save-submit = Save changes
products-overwrite-submit = Save mine
products-cancel = Cancel
products-conflict = Yours is still here, with what is stored now next to each field that differs. If you save again, yours is kept.
products-stored-now = Stored now:
products-stored-by = Saved by { $person } on { $when }.
products-stored-see = See what is stored and discard mine

products-undo = Undo

code-characters = Only letters, digits and the signs . _ - /
code-letters = It mixes alphabets, or has letters that only look like Latin ones. Type all of it with the same keyboard.
code-taken = This code already belongs to “{ $name }”.
code-taken-deleted = This code belongs to “{ $name }”, which is deleted. Its code stays taken.
products-code-owner = See that product
units-invalid = Enter a whole number from 0 to 1,000,000,000.
version-conflict = Someone else saved this product while you were editing.
product-deleted-meanwhile = Someone else deleted this product while you were editing. What you typed is still here: restore it, then save again.
products-see-deleted = See the deleted product and restore it
