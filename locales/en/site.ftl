site-name = Bodega
