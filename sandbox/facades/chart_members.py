"""matplotlib: what guests reach on figures, axes and what is drawn on them.

Left out are the canvas' own printing, event loops and windows, what takes fonts as files, and what leads to the
renderer. Every method goes through ``careful``, which reviews its arguments.
"""

from __future__ import annotations

from collections.abc import Mapping

from . import chart_checks as checks
from .listed import Listed, Maker
from .spec import words


def _drawing(path: str, *names: str, held: bool = True, **checked: Maker) -> Listed:
    """A class whose methods are called with reviewed arguments."""
    every: Mapping[str, Maker] = dict.fromkeys(words(*names), checks.careful)
    return Listed(path=path, checked={**every, **checked}, held=held)


_COLORED = """autoscale autoscale_None changed cmap colorbar get_array get_clim get_cmap norm set_array set_clim
    set_cmap set_norm to_rgba"""

ARTISTS = (
    _drawing(
        "matplotlib.artist:Artist",
        """axes contains figure findobj get_alpha get_animated get_children get_clip_box get_clip_on get_clip_path
        get_figure get_gid get_in_layout get_label get_path_effects get_rasterized get_sketch_params get_snap
        get_tightbbox get_transform get_url get_visible get_window_extent get_zorder have_units is_transform_set
        properties remove set set_alpha set_animated set_clip_box set_clip_on set_clip_path set_gid set_in_layout
        set_label set_path_effects set_rasterized set_sketch_params set_snap set_transform set_url set_visible
        set_zorder update zorder""",
    ),
    _drawing(
        "matplotlib.axes:Axes",
        """acorr add_artist add_child_axes add_collection add_container add_image add_line add_patch add_table
        angle_spectrum annotate apply_aspect arrow artists autoscale autoscale_view axhline axhspan axis axline
        axvline axvspan bar barbs barh boxplot broken_barh bxp cla clear cohere collections containers
        contains_point contour contourf csd ecdf errorbar eventplot fill fill_between fill_betweenx format_coord
        get_adjustable get_anchor get_aspect get_autoscale_on get_autoscalex_on get_autoscaley_on get_axisbelow
        get_box_aspect get_data_ratio get_facecolor get_fc get_frame_on get_gridspec get_images get_legend
        get_legend_handles_labels get_lines get_position get_shared_x_axes get_shared_y_axes get_subplotspec
        get_title get_xaxis get_xaxis_transform get_xbound get_xgridlines get_xinverted get_xlabel get_xlim
        get_xmajorticklabels get_xmargin get_xminorticklabels get_xscale get_xticklabels get_xticklines get_xticks
        get_yaxis get_yaxis_transform get_ybound get_ygridlines get_yinverted get_ylabel get_ylim
        get_ymajorticklabels get_ymargin get_yminorticklabels get_yscale get_yticklabels get_yticklines get_yticks
        grid grouped_bar has_data hexbin hist hist2d hlines images imshow indicate_inset indicate_inset_zoom
        inset_axes invert_xaxis invert_yaxis label_outer legend legend_ lines locator_params loglog
        magnitude_spectrum margins matshow minorticks_off minorticks_on name patch patches pcolor pcolorfast
        pcolormesh phase_spectrum pie plot psd quiver quiverkey relim reset_position scatter
        secondary_xaxis secondary_yaxis semilogx semilogy set_adjustable set_anchor set_aspect set_autoscale_on
        set_autoscalex_on set_autoscaley_on set_axis_off set_axis_on set_axisbelow set_box_aspect set_facecolor
        set_fc set_frame_on set_position set_prop_cycle set_title set_xbound set_xinverted set_xlabel set_xlim
        set_xmargin set_xscale set_xticklabels set_xticks set_ybound set_yinverted set_ylabel set_ylim set_ymargin
        set_yscale set_yticklabels set_yticks sharex sharey specgram spines spy stackplot stairs stem step
        streamplot table tables texts tick_params ticklabel_format title transAxes transData tricontour tricontourf
        tripcolor triplot twinx twiny update_datalim viewLim violin violinplot vlines xaxis xaxis_date
        xaxis_inverted xcorr yaxis yaxis_date yaxis_inverted text dataLim bbox""",
        bar_label=checks.formatted("fmt", 2),
        clabel=checks.formatted("fmt", 99),
        pie_label=checks.formatted("labels", 1),
    ),
    _drawing(
        "matplotlib.projections.polar:PolarAxes",
        """get_rlabel_position get_rmax get_rmin get_rorigin get_rsign get_theta_direction get_theta_offset
        get_thetamax get_thetamin set_rgrids set_rlabel_position set_rlim set_rmax set_rmin set_rorigin set_rscale
        set_rticks set_theta_direction set_theta_offset set_theta_zero_location set_thetagrids set_thetalim
        set_thetamax set_thetamin""",
    ),
    _drawing(
        "matplotlib.figure:FigureBase",
        """add_artist add_axes add_gridspec add_subfigure add_subplot align_labels align_titles align_xlabels
        align_ylabels autofmt_xdate axes clear clf colorbar delaxes dpi frameon gca get_axes get_constrained_layout
        get_dpi get_edgecolor get_facecolor get_figheight get_figwidth get_frameon get_layout_engine get_linewidth
        get_size_inches get_suptitle get_supxlabel get_supylabel get_tight_layout legend legends patch sca set_dpi
        set_edgecolor set_facecolor set_figheight set_figwidth set_frameon set_layout_engine set_linewidth
        set_size_inches subfigs subfigures subplot_mosaic subplots subplots_adjust suptitle supxlabel supylabel text
        texts lines patches images tight_layout transFigure draw_without_rendering canvas number figimage bbox""",
        held=False,
    ),
    _drawing("matplotlib.figure:Figure", savefig=checks.saved, show=checks.shown),
    _drawing(
        "matplotlib.backends.backend_agg:FigureCanvasAgg",
        "buffer_rgba draw draw_idle figure flush_events get_supported_filetypes get_width_height tostring_argb",
        held=False,
    ),
    _drawing(
        "matplotlib.text:Text",
        """get_bbox_patch get_c get_color get_family get_fontfamily get_fontname get_fontsize get_fontstyle
        get_fontvariant get_fontweight get_ha get_horizontalalignment get_position get_rotation get_rotation_mode
        get_size get_stretch get_style get_text get_unitless_position get_va get_variant get_verticalalignment
        get_weight get_wrap set_backgroundcolor set_bbox set_c set_color set_family set_fontfamily set_fontname
        set_fontsize set_fontstretch set_fontstyle set_fontvariant set_fontweight set_ha set_horizontalalignment
        set_linespacing set_ma set_math_fontfamily set_multialignment set_name set_parse_math set_position
        set_rotation set_rotation_mode set_size set_stretch set_style set_text set_va set_variant
        set_verticalalignment set_weight set_wrap set_x set_y""",
        held=False,
    ),
    _drawing(
        "matplotlib.text:Annotation",
        "anncoords arrow_patch get_annotation_clip set_annotation_clip set_anncoords xy xyann xycoords",
        held=False,
    ),
    _drawing(
        "matplotlib.lines:Line2D",
        """get_aa get_antialiased get_c get_color get_dash_capstyle get_dash_joinstyle get_data get_drawstyle get_ds
        get_fillstyle get_linestyle get_linewidth get_ls get_lw get_marker get_markeredgecolor get_markeredgewidth
        get_markerfacecolor get_markersize get_markevery get_mec get_mew get_mfc get_ms get_path get_solid_capstyle
        get_solid_joinstyle get_xdata get_xydata get_ydata set_aa set_antialiased set_c set_color set_dash_capstyle
        set_dash_joinstyle set_dashes set_data set_drawstyle set_ds set_fillstyle set_gapcolor set_linestyle
        set_linewidth set_ls set_lw set_marker set_markeredgecolor set_markeredgewidth set_markerfacecolor
        set_markersize set_markevery set_mec set_mew set_mfc set_ms set_solid_capstyle set_solid_joinstyle set_xdata
        set_ydata""",
    ),
    _drawing(
        "matplotlib.patches:Patch",
        """angle center contains_point contains_points fill get_aa get_angle get_antialiased get_bbox get_capstyle
        get_center get_closed get_corners get_ec get_edgecolor get_extents get_facecolor get_fc get_fill get_hatch
        get_height get_joinstyle get_linestyle get_linewidth get_ls get_lw get_path get_patch_transform get_radius
        get_verts get_width get_x get_xy get_y height r radius set_aa set_angle set_antialiased set_arrowstyle
        set_bounds set_boxstyle set_capstyle set_center set_closed set_color set_connectionstyle set_ec
        set_edgecolor set_facecolor set_fc set_fill set_hatch set_height set_joinstyle set_linestyle set_linewidth
        set_ls set_lw set_mutation_aspect set_mutation_scale set_positions set_radius set_theta1 set_theta2
        set_width set_x set_xy set_y theta1 theta2 width xy get_boxstyle get_data set_data""",
    ),
    _drawing("matplotlib.spines:Spine", "get_bounds get_position set_bounds set_position"),
    _drawing("matplotlib.spines:Spines", "get items keys set set_color set_visible values", held=False),
    _drawing(
        "matplotlib.spines:SpinesProxy",
        "set set_alpha set_bounds set_color set_edgecolor set_linestyle set_linewidth set_lw set_position set_visible",
        held=False,
    ),
    _drawing(
        "matplotlib.collections:Collection",
        _COLORED,
        """get_alpha get_dashes get_ec get_edgecolor get_edgecolors get_facecolor get_facecolors get_fc get_fill
        get_hatch get_joinstyle get_linestyle get_linestyles get_linewidth get_linewidths get_ls get_lw
        get_offset_transform get_offsets get_paths get_color get_colors get_coordinates get_segments get_sizes
        set_aa set_antialiased set_capstyle set_color set_colors set_data set_ec set_edgecolor
        set_edgecolors set_facecolor set_facecolors set_fc set_hatch set_joinstyle set_linestyle set_linestyles
        set_linewidth set_linewidths set_ls set_lw set_offsets set_paths set_segments set_sizes set_verts set_UVC""",
        legend_elements=checks.formatted("fmt", 2),
    ),
    _drawing("matplotlib.contour:ContourSet", "allsegs levels layers", clabel=checks.formatted("fmt", 99)),
    _drawing(
        "matplotlib.legend:Legend",
        """get_alignment get_bbox_to_anchor get_frame get_frame_on get_lines get_patches get_texts get_title
        legend_handles set_alignment set_bbox_to_anchor set_frame_on set_loc set_ncols set_title""",
    ),
    _drawing(
        "matplotlib.image:_ImageBase",
        _COLORED,
        "get_extent get_interpolation get_shape get_size set_data set_extent set_interpolation",
        held=False,
    ),
    _drawing(
        "matplotlib.axis:Axis",
        """axis_date get_data_interval get_gridlines get_inverted get_label_position get_label_text get_major_formatter
        get_major_locator get_major_ticks get_majorticklabels get_majorticklines get_majorticklocs
        get_minor_formatter get_minor_locator get_minor_ticks get_minorticklabels get_minorticklines
        get_minorticklocs get_offset_text get_scale get_ticklabels get_ticklines get_ticklocs get_ticks_direction
        get_ticks_position get_units get_view_interval grid label limit_range_for_scale majorTicks minorTicks
        minorticks_off minorticks_on offsetText reset_ticks set_inverted set_label_coords set_label_position
        set_label_text set_major_locator set_minor_locator set_offset_position set_tick_params set_ticklabels
        set_ticks set_ticks_position set_units tick_bottom tick_left tick_right tick_top""",
        set_major_formatter=checks.formatted("formatter"),
        set_minor_formatter=checks.formatted("formatter"),
    ),
    _drawing("matplotlib.axis:Tick", "get_loc get_pad gridline label1 label2 set_pad tick1line tick2line"),
    _drawing("matplotlib.container:Container", "count get_children get_label index remove set_label", held=False),
    _drawing(
        "matplotlib.container:BarContainer", "bottoms datavalues errorbar orientation patches position_centers tops"
    ),
    _drawing("matplotlib.container:ErrorbarContainer", "has_xerr has_yerr lines"),
    _drawing("matplotlib.container:StemContainer", "baseline markerline stemlines"),
    _drawing("matplotlib.streamplot:StreamplotSet", "arrows lines", held=False),
    _drawing(
        "matplotlib.table:Table",
        "add_cell auto_set_column_width auto_set_font_size get_celld scale set_fontsize",
    ),
    _drawing("matplotlib.table:Cell", "auto_set_font_size get_fontsize get_text set_fontsize set_text_props"),
    _drawing(
        "matplotlib.colorbar:Colorbar",
        """add_lines ax formatter get_ticks locator mappable minorticks_off minorticks_on outline remove set_alpha
        set_label set_ticklabels set_ticks update_normal update_ticks""",
    ),
)
PARTS = (
    _drawing(
        "matplotlib.gridspec:GridSpecBase",
        """get_geometry get_height_ratios get_width_ratios ncols new_subplotspec nrows set_height_ratios
        set_width_ratios subplots tight_layout update""",
        held=False,
    ),
    _drawing(
        "matplotlib.gridspec:SubplotSpec",
        "colspan get_geometry get_position is_first_col is_first_row is_last_col is_last_row rowspan subgridspec",
    ),
    _drawing(
        "matplotlib.colors:Colormap",
        """N colors copy get_bad get_over get_under is_gray name resampled reversed set_bad set_extremes set_over
        set_under with_alpha with_extremes""",
    ),
    _drawing("matplotlib.colors:Norm", "autoscale autoscale_None clip inverse scaled vmax vmin vcenter", held=False),
    _drawing("matplotlib.cm:ColormapRegistry", "get get_cmap items keys values", held=False),
    _drawing("matplotlib.colorizer:_ScalarMappable", _COLORED, held=False),
    _drawing(
        "matplotlib.ticker:Formatter",
        "format_data format_data_short format_ticks get_offset set_locs set_powerlimits set_scientific set_useOffset",
    ),
    _drawing("matplotlib.ticker:Locator", "set_params tick_values view_limits"),
    _drawing(
        "matplotlib.transforms:BboxBase",
        """bounds corners extents height intervalx intervaly max min p0 p1 size width x0 x1 xmax xmin y0 y1 ymax ymin
        contains containsx containsy expanded padded transformed frozen get_points from_bounds from_extents""",
        held=False,
    ),
    _drawing("matplotlib.transforms:Bbox"),
    _drawing("matplotlib.transforms:Transform", "inverted transform transform_bbox transform_point frozen", held=False),
    _drawing("matplotlib.transforms:Affine2D", "clear rotate rotate_deg rotate_deg_around scale skew_deg translate"),
    _drawing("matplotlib.path:Path", "arc circle codes contains_point contains_points to_polygons vertices wedge"),
    _drawing("matplotlib.markers:MarkerStyle", "get_fillstyle get_marker"),
    _drawing("matplotlib.rcsetup:ValidateInStrings", held=False),
    Listed(path="cycler:Cycler", names=words("by_key concat keys"), held=False),
)
LISTED = (*ARTISTS, *PARTS)
